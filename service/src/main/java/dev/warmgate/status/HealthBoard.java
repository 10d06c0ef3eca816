package dev.warmgate.status;

import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stores the last result of every scheduled health check for ping and for metrics; a check that
 * throws counts as down.
 */
public final class HealthBoard {
  private record LastResult(boolean healthy, long atNanos) {}

  /** The checks that must be up for the service to be ready. */
  private static final List<String> REQUIRED = List.of("database", "signing-keys", "warm-up");

  private final Map<String, LastResult> results = new ConcurrentHashMap<>();

  /**
   * The last known state of a dependency.
   *
   * @param status {@code up}, {@code down}, or {@code unknown} before the first check
   * @param ageMs time since the check; -1 if never
   */
  public record Reading(String status, long ageMs) {
    boolean isUp() {
      return status.equals("up");
    }
  }

  /** Registers metrics for readiness and for every check. */
  public HealthBoard(OpenTelemetry telemetry) {
    Meter meter = telemetry.getMeter(Telemetry.SCOPE);
    var _ =
        meter
            .gaugeBuilder(Telemetry.READY)
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(isReady() ? 1 : 0));
    var _ =
        meter
            .gaugeBuilder(Telemetry.HEALTH)
            .ofLongs()
            .buildWithCallback(gauge ->
                results.forEach((name, last) ->
                    gauge.record(last.healthy() ? 1 : 0, Attributes.of(Telemetry.CHECK, name))));
  }

  private boolean isReady() {
    return REQUIRED.stream().allMatch(name -> read(name).isUp());
  }

  /**
   * Wraps a check so that every result is stored here. Dropwizard's own listener reports changes
   * only, so a check that has been up for a day would look a day old.
   */
  public Noted noting(String name, HealthCheck check) {
    return new Noted(name, check);
  }

  /** A check whose every result is stored. */
  public final class Noted extends HealthCheck {
    private final String name;
    private final HealthCheck noted;

    private Noted(String name, HealthCheck noted) {
      this.name = name;
      this.noted = noted;
    }

    @Override
    protected Result check() {
      Result result = noted.execute();
      results.put(name, new LastResult(result.isHealthy(), System.nanoTime()));
      return result;
    }

    /** Returns the wrapped check. */
    public HealthCheck noted() {
      return noted;
    }
  }

  /** Returns every check that has run. */
  public Map<String, Reading> readings() {
    Map<String, Reading> all = new TreeMap<>();
    results.keySet().forEach(name -> all.put(name, read(name)));
    return all;
  }

  Reading read(String name) {
    LastResult last = results.get(name);
    return last == null
        ? new Reading("unknown", -1)
        : new Reading(
            last.healthy() ? "up" : "down",
            Duration.ofNanos(System.nanoTime() - last.atNanos()).toMillis());
  }
}
