package dev.warmgate.cli.validate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Checks the first request, the dependencies that ping reports, and how fast ping answers. */
final class PingChecks {
  static final String PATH = "/api/v1/auth/ping";
  private static final double LIMIT = 200;
  private static final int TIMES = 50;
  private static final String SLOW =
      "Check the CPU share of the service and what is in front of it (a proxy, a cold instance);"
          + " ping itself waits for nothing.";

  private final Deployment service;
  private final double roundTrip;

  PingChecks(Deployment service, double roundTrip) {
    this.service = service;
    this.roundTrip = roundTrip;
  }

  /**
   * Checks that the answer to a ping is Warmgate's.
   *
   * @throws ProbeFailure if it is not
   */
  static void requireWarmgate(Reply ping) {
    if (!ping.isOk()) {
      throw new ProbeFailure("ping " + ping.description() + "; this is not Warmgate");
    }
    JsonNode body = ping.body();
    if (!body.path("status").isTextual()
        || !body.path("ready").isBoolean()
        || !body.path("response_time_ms").isNumber()
        || !body.path("database").has("age_ms")) {
      throw new ProbeFailure("ping answered JSON that is not Warmgate's");
    }
  }

  /**
   * Judges the time that the service reports, since this program's own first request is slow too.
   */
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
            .filter(name -> !status(ping, name).equals("up"))
            .map(name -> name + reason(status(ping, name)))
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
            + " its log names the error.");
  }

  private static String reason(String status) {
    return switch (status) {
      case "read_only" -> " (read-only)";
      case "commits_wait" -> " (its commits wait for a standby)";
      default -> "";
    };
  }

  private static String status(Reply ping, String dependency) {
    return ping.body().path(dependency).path("status").asText();
  }

  Finding reused() {
    double[] millis = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      millis[i] = answered(service);
    }
    return judged("ping, connection reused", new Samples(millis), 1);
  }

  Finding newConnections() {
    double[] millis = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      try (Deployment other = service.withNewConnection()) {
        millis[i] = answered(other);
      }
    }
    // One round trip to connect, one for the request, and one for the handshake of TLS 1.3.
    return judged("ping, new connections", new Samples(millis), service.isTls() ? 3 : 2);
  }

  private static double answered(Deployment service) {
    Reply ping = service.get(PATH);
    requireWarmgate(ping);
    return ping.millis();
  }

  private Finding judged(String check, Samples samples, int trips) {
    double judged = RoundTrips.subtract(samples.p95(), trips, roundTrip);
    String figure = RoundTrips.figure(samples, trips, roundTrip);
    return Finding.below(LIMIT, judged, check, figure, SLOW);
  }
}
