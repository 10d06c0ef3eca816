package dev.warmgate.status;

import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.database.DatabaseHealthCheck;
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
  private record LastResult(String status, long atNanos) {}

  private static final String UP = "up";
  private static final String DATABASE = "database";

  /** The check of the mail server. */
  public static final String MAIL = "mail";

  /** The checks that must be up for the service to be ready. */
  private static final List<String> REQUIRED = List.of(DATABASE, "signing-keys", "warm-up");

  private final Map<String, LastResult> results = new ConcurrentHashMap<>();
  private volatile boolean mailOff;

  /**
   * The last known state of a dependency.
   *
   * @param status {@code up}, {@code down}, {@code read_only} of a database that refuses changes,
   *     {@code commits_wait} of one that does not confirm them, {@code unknown} before the first
   *     check, or {@code off} of mail that is not sent
   * @param ageMs time since the check; -1 if never
   */
  public record Reading(String status, long ageMs) {
    boolean isUp() {
      return status.equals(UP);
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
                readings()
                    .forEach((name, last) ->
                        gauge.record(last.isUp() ? 1 : 0, Attributes.of(Telemetry.CHECK, name))));
    measure(meter, Telemetry.DATABASE_READ_ONLY, DatabaseHealthCheck.READ_ONLY);
    measure(meter, Telemetry.DATABASE_COMMITS_WAIT, DatabaseHealthCheck.COMMITS_WAIT);
  }

  /** Registers a metric that is 1 while the database has that status. */
  private void measure(Meter meter, String metric, String status) {
    var _ =
        meter
            .gaugeBuilder(metric)
            .ofLongs()
            .buildWithCallback(
                gauge -> gauge.record(read(DATABASE).status().equals(status) ? 1 : 0));
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
      results.put(name, new LastResult(status(result), System.nanoTime()));
      return result;
    }

    private static String status(Result result) {
      Map<String, Object> details = result.getDetails();
      String unhealthy =
          details == null
              ? "down"
              : details.getOrDefault(DatabaseHealthCheck.STATUS, "down").toString();
      return result.isHealthy() ? UP : unhealthy;
    }

    /** Returns the wrapped check. */
    public HealthCheck noted() {
      return noted;
    }
  }

  /** Lets {@link #MAIL} read {@code off}. */
  public void mailIsOff() {
    mailOff = true;
  }

  /** Returns every check that has run, without that of mail that is off. */
  public Map<String, Reading> readings() {
    Map<String, Reading> all = new TreeMap<>();
    results.keySet().stream()
        .filter(name -> !(mailOff && name.equals(MAIL)))
        .forEach(name -> all.put(name, read(name)));
    return all;
  }

  Reading read(String name) {
    if (mailOff && name.equals(MAIL)) {
      return new Reading("off", -1);
    }
    LastResult last = results.get(name);
    return last == null
        ? new Reading("unknown", -1)
        : new Reading(
            last.status(), Duration.ofNanos(System.nanoTime() - last.atNanos()).toMillis());
  }
}
