package dev.warmgate.cli.validate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The first request, what ping says of the dependencies, and how fast it answers. */
final class PingChecks {
  static final String PATH = "/api/v1/auth/ping";
  private static final double LIMIT = 200;
  private static final int TIMES = 50;
  private static final String SLOW =
      "Look at the CPU share of the service and at what stands before it (proxy, cold instance);"
          + " ping itself asks nothing that could be slow.";

  private final Deployment service;
  private final double roundTrip;

  PingChecks(Deployment service, double roundTrip) {
    this.service = service;
    this.roundTrip = roundTrip;
  }

  /** Whether the answer to a ping is Warmgate's, else an {@link ProbeFailure}. */
  static void requireWarmgate(Reply ping) {
    if (!ping.isOk()) {
      throw new ProbeFailure("ping " + ping.said() + ": no Warmgate under this address");
    }
    JsonNode body = ping.body();
    if (!body.path("status").isTextual()
        || !body.path("ready").isBoolean()
        || !body.path("response_time_ms").isNumber()
        || !body.path("database").has("age_ms")) {
      throw new ProbeFailure("ping answered JSON that is not Warmgate's");
    }
  }

  /** Our own first request is slow, too, so the service's own figure is judged. */
  static Finding first(Reply first) {
    String figure =
        "%.1f ms by the service (measured %.0f, our own start included)"
            .formatted(first.serverMillis(), first.millis());
    return Finding.below(LIMIT, first.serverMillis(), "first request", figure, SLOW);
  }

  Finding dependencies() {
    Reply ping = service.get(PATH);
    requireWarmgate(ping);
    List<String> down =
        List.of("database", "redis", "keys").stream()
            .filter(name -> !ping.body().path(name).path("status").asText().equals("up"))
            .toList();
    boolean warm = ping.body().path("warmup").path("complete").asBoolean();
    String check = "dependencies";
    if (down.isEmpty() && warm) {
      return Finding.pass(check, "database, redis and keys are up; warm-up complete", "up, warm");
    }
    return Finding.fail(
        check,
        (down.isEmpty() ? "all up" : "down: " + String.join(", ", down))
            + (warm ? "" : "; warm-up not complete"),
        "up, warm",
        "Check DATABASE_URL and REDIS_URL and that both can be reached from the service;"
            + " its log says what it tried.");
  }

  Finding reused() {
    double[] millis = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      millis[i] = answered(service);
    }
    return judged("ping, connection reused", new Samples(millis), 1);
  }

  Finding anew() {
    double[] millis = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      try (Deployment other = service.anew()) {
        millis[i] = answered(other);
      }
    }
    // Connect and request; TLS 1.3 shakes hands in one more.
    return judged("ping, new connections", new Samples(millis), service.isTls() ? 3 : 2);
  }

  private static double answered(Deployment service) {
    Reply ping = service.get(PATH);
    requireWarmgate(ping);
    return ping.millis();
  }

  private Finding judged(String check, Samples samples, int trips) {
    double judged = RoundTrips.off(samples.p95(), trips, roundTrip);
    String figure = RoundTrips.figure(samples, trips, roundTrip);
    return Finding.below(LIMIT, judged, check, figure, SLOW);
  }
}
