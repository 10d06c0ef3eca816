package dev.warmgate.cli.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Checks what the service reports of its pools, migrations and warm-up; needs a service key. */
final class DatabaseChecks {
  static final String CHECK = "database performance";
  static final String WARM_UP = "database warm-up";
  private static final String PATH = "/api/v1/database/performance";

  /** No request uses this pool, and during the start it is the one that waits for PostgreSQL. */
  private static final String BACKGROUND = "background";

  private static final double ACQUIRE_LIMIT = 50;
  private static final double WARM_UP_LIMIT = 500;

  /** The steps of the warm-up that are the database's. */
  private static final Set<String> CONNECTING = Set.of("database", "pool");

  private static final Duration WATCHED = Duration.ofSeconds(1);
  private static final String TARGET = "none waits, acquire p95 < 50 ms, all migrated, warm";

  private final Deployment service;
  private final String serviceKey;
  private JsonNode latest = MissingNode.getInstance();

  /**
   * @param serviceKey empty if there is none
   */
  DatabaseChecks(Deployment service, String serviceKey) {
    this.service = service;
    this.serviceKey = serviceKey;
  }

  Finding performance() {
    if (serviceKey.isEmpty()) {
      return needsKey(CHECK);
    }
    Reply reply = service.get(PATH, serviceKey);
    return switch (reply.status()) {
      case 200 -> {
        latest = later().body();
        yield judge(reply.body(), latest);
      }
      case 401 ->
          refused(reply, "The service key is wrong, revoked or expired: create another one.");
      case 403 -> refused(reply, "The service key lacks the scope performance.");
      case 404 -> Finding.skip(CHECK, "this version of the service has no such endpoint.");
      default -> refused(reply, "Read the log of the service; ping says what is down.");
    };
  }

  /**
   * Judges how long the start took to connect, in the report that {@link #performance} has read. A
   * start that migrates or waits for something does not show it.
   */
  Finding warmUp() {
    if (serviceKey.isEmpty()) {
      return needsKey(WARM_UP);
    }
    double millis = 0;
    int attempts = 0;
    for (JsonNode step : latest.path("warmup").path("steps")) {
      if (CONNECTING.contains(step.path("name").asText())) {
        millis += step.path("duration_ms").asDouble();
        attempts = Math.max(attempts, step.path("attempts").asInt());
      }
    }
    if (attempts == 0) {
      return Finding.skip(WARM_UP, "there are no figures, see " + CHECK + ".");
    }
    if (latest.path("migrations").path("migrated").asBoolean()) {
      return Finding.skip(WARM_UP, "the service has migrated at this start; judge the next one.");
    }
    if (attempts > 1) {
      return Finding.skip(WARM_UP, "this start had to wait for PostgreSQL; judge the next one.");
    }
    return Finding.below(
        WARM_UP_LIMIT,
        millis,
        WARM_UP,
        "%.0f ms".formatted(millis),
        "Give the start more processor or a nearer database; its line \"warm\" in the log says"
            + " where the time went.");
  }

  private static Finding needsKey(String check) {
    return Finding.skip(check, "needs a service key (WARMGATE_SERVICE_KEY or --service-key-file).");
  }

  /**
   * Counters count from the start of the process, so only their increase shows the current state.
   */
  private Reply later() {
    try {
      Thread.sleep(WATCHED);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return service.get(PATH, serviceKey);
  }

  private static Finding refused(Reply reply, String advice) {
    return Finding.fail(CHECK, reply.description(), TARGET, advice);
  }

  private static Finding judge(JsonNode before, JsonNode body) {
    if (!body.path("pools").isArray() || body.path("pools").isEmpty()) {
      throw new ProbeFailure(PATH + " answered JSON that is not Warmgate's");
    }
    List<String> faults = new ArrayList<>();
    List<String> advice = new ArrayList<>();
    double slowest = 0;
    long timeouts = 0;
    for (JsonNode pool : body.path("pools")) {
      String name = Reply.printable(pool.path("name").asText());
      faultsOf(pool, name, timeouts(before, name)).forEach(fault -> faults.add(name + fault));
      if (!name.equals(BACKGROUND)) {
        timeouts += pool.path("timeouts").asLong();
        slowest = Math.max(slowest, acquireP95(pool));
      }
    }
    if (!faults.isEmpty()) {
      advice.add(
          "Connections are short: raise DATABASE_POOL_SIZE within what PostgreSQL allows,"
              + " or look at slowest_statements.");
    }
    int pending = body.path("migrations").path("pending").asInt();
    if (pending > 0) {
      faults.add(pending + " migrations pending");
      advice.add(
          "Run scripts/warmgate migrate, or restart a service whose role may migrate; its log says more.");
    }
    if (!body.path("warmup").path("complete").asBoolean()) {
      faults.add("warm-up not complete");
      advice.add("Wait until /health-check is 200; the log says which step fails.");
    }
    return faults.isEmpty()
        ? Finding.pass(
            CHECK,
            "acquire p95 %.1f ms, none waits%s"
                .formatted(
                    slowest, timeouts == 0 ? "" : ", " + timeouts + " time-outs since the start"),
            TARGET)
        : Finding.fail(CHECK, String.join("; ", faults), TARGET, String.join(" ", advice));
  }

  private static long timeouts(JsonNode body, String name) {
    for (JsonNode pool : body.path("pools")) {
      if (Reply.printable(pool.path("name").asText()).equals(name)) {
        return pool.path("timeouts").asLong();
      }
    }
    return 0;
  }

  private static List<String> faultsOf(JsonNode pool, String name, long timeoutsBefore) {
    List<String> faults = new ArrayList<>();
    if (pool.path("pending").asInt() > 0) {
      faults.add(": %d requests wait".formatted(pool.path("pending").asInt()));
    }
    if (name.equals(BACKGROUND)) {
      return faults;
    }
    long timedOut = pool.path("timeouts").asLong() - timeoutsBefore;
    if (timedOut > 0) {
      faults.add(": %d time-outs within a second".formatted(timedOut));
    }
    if (acquireP95(pool) >= ACQUIRE_LIMIT) {
      faults.add(": acquire p95 %.1f ms".formatted(acquireP95(pool)));
    }
    return faults;
  }

  private static double acquireP95(JsonNode pool) {
    return pool.path("acquire_ms").path("p95").asDouble();
  }
}
