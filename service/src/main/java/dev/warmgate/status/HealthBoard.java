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
 * Remembers the last result of every scheduled health check, so that ping can tell it without
 * asking, and a chart can tell it later; a check that throws is noted as down.
 */
public final class HealthBoard {
  private record Seen(boolean healthy, long atNanos) {}

  /** What the service is not ready without. */
  private static final List<String> REQUIRED = List.of("database", "signing-keys", "warm-up");

  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /**
   * A dependency as it was when it was last looked at.
   *
   * @param status {@code up}, {@code down}, or {@code unknown} before the first look
   * @param ageMs how long ago that was; -1 if never
   */
  public record Reading(String status, long ageMs) {
    boolean isUp() {
      return status.equals("up");
    }
  }

  /** Shows as metrics whether the service is ready, and what every check says. */
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
                seen.forEach((name, last) ->
                    gauge.record(last.healthy() ? 1 : 0, Attributes.of(Telemetry.CHECK, name))));
  }

  private boolean isReady() {
    return REQUIRED.stream().allMatch(name -> read(name).isUp());
  }

  /**
   * The check itself, with every look noted here. Dropwizard's own listener is told of changes
   * only, and what has been well for a day would be a day old.
   */
  public Noted noting(String name, HealthCheck check) {
    return new Noted(name, check);
  }

  /** A check whose every look is noted. */
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
      seen.put(name, new Seen(result.isHealthy(), System.nanoTime()));
      return result;
    }

    /** The check itself. */
    public HealthCheck noted() {
      return noted;
    }
  }

  /** Every check that was ever made. */
  public Map<String, Reading> readings() {
    Map<String, Reading> all = new TreeMap<>();
    seen.keySet().forEach(name -> all.put(name, read(name)));
    return all;
  }

  Reading read(String name) {
    Seen last = seen.get(name);
    return last == null
        ? new Reading("unknown", -1)
        : new Reading(
            last.healthy() ? "up" : "down",
            Duration.ofNanos(System.nanoTime() - last.atNanos()).toMillis());
  }
}
