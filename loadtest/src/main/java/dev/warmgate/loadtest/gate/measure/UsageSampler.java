package dev.warmgate.loadtest.gate.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.load.Cpu;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;

/** Samples the {@link Usage} of a service on this machine. */
public final class UsageSampler implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final long pid;
  private final String adminUrl;
  private final ApiClient admin;
  private final long began = System.nanoTime();
  private long last = began;
  private double serviceSeconds;
  private double generatorSeconds = Cpu.seconds(ProcessHandle.current().pid());
  private double collecting;

  /**
   * @param pid process id of the service, -1 if it runs elsewhere
   * @param adminUrl address of its port for operations, empty if unreachable
   */
  public UsageSampler(long pid, String adminUrl) {
    this.pid = pid;
    this.adminUrl = adminUrl;
    this.admin = new ApiClient(adminUrl);
    serviceSeconds = Cpu.seconds(pid);
    collecting = collected();
  }

  Usage take(boolean measured) {
    long now = System.nanoTime();
    double seconds = (now - last) / 1e9;
    double service = Cpu.seconds(pid);
    double generator = Cpu.seconds(ProcessHandle.current().pid());
    JsonNode observed = adminUrl.isEmpty() ? MissingNode.getInstance() : get("/observatory.json");
    JsonNode pool = observed.path("pools").path(0);
    double collectedNow = collected();
    Usage usage =
        new Usage(
            (now - began) / 1e9,
            measured,
            (service - serviceSeconds) / seconds,
            (generator - generatorSeconds) / seconds,
            Cpu.residentMib(pid),
            Cpu.threads(pid),
            Cpu.openFiles(pid),
            pool.path("active").asDouble(),
            pool.path("pending").asDouble(),
            observed.path("hashing").path("admitted").asDouble(),
            Math.max(0, collectedNow - collecting));
    last = now;
    serviceSeconds = service;
    generatorSeconds = generator;
    collecting = collectedNow;
    return usage;
  }

  /**
   * Returns the connections of the request pool that are still in use shortly after the last
   * request, when none is needed; -1 if the service does not report it, empty if its port for
   * operations is unreachable.
   */
  public OptionalInt keptConnections() throws InterruptedException {
    if (adminUrl.isEmpty()) {
      return OptionalInt.empty();
    }
    int kept = -1;
    long end = System.nanoTime() + LIMIT.toNanos();
    while (kept != 0 && System.nanoTime() < end) {
      Thread.sleep(MOMENT);
      kept = get("/observatory.json").path("pools").path(0).path("active").asInt(-1);
    }
    return OptionalInt.of(kept);
  }

  /** Returns the milliseconds of garbage collection in the service since its start. */
  private double collected() {
    if (adminUrl.isEmpty()) {
      return 0;
    }
    JsonNode gauges = get("/metrics").path("gauges");
    return StreamSupport.stream(((Iterable<String>) gauges::fieldNames).spliterator(), false)
        .filter(name -> name.startsWith("jvm.gc.") && name.endsWith(".time"))
        .mapToDouble(name -> gauges.path(name).path("value").asDouble())
        .sum();
  }

  /** Returns a missing node if the service does not answer, as it may under load. */
  private JsonNode get(String path) {
    try {
      return admin.call("GET", path).limit(LIMIT).send().json();
    } catch (IOException unreachable) {
      return MissingNode.getInstance();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return MissingNode.getInstance();
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
