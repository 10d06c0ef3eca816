package dev.warmgate.database;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Sampling;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * How PostgreSQL serves, from what was measured on the way: no connection is asked for, so it can
 * be told while none is left.
 */
public final class DatabasePerformance {
  static final String ALL_STATEMENTS = "warmgate.statements";

  private static final Pattern STATEMENT =
      Pattern.compile("dev\\.warmgate\\.(?:\\w+\\.)*(\\w+Dao\\.\\w+)");
  private static final int SLOWEST = 10;

  private final Database database;
  private final MetricRegistry metrics;

  public DatabasePerformance(Database database, MetricRegistry metrics) {
    this.database = database;
    this.metrics = metrics;
  }

  /**
   * Milliseconds, of the last minutes mostly.
   *
   * @param count since the start of the process
   */
  public record Percentiles(long count, double p50, double p95, double p99) {}

  /**
   * One pool.
   *
   * @param pending requests that wait for a connection now
   * @param timeouts how many waited in vain since the start of the process
   * @param acquireMs how long a request waited for its connection
   * @param usageMs how long it kept it
   */
  public record Pool(
      String name,
      int active,
      int idle,
      int pending,
      int max,
      long timeouts,
      Percentiles acquireMs,
      Percentiles usageMs) {}

  /** One statement, by its DAO method. */
  public record Statement(String name, long count, double meanMs, double p95Ms, double maxMs) {}

  /**
   * All of it.
   *
   * @param slowestStatements by their 95th percentile, at most ten
   */
  public record Reading(
      List<Pool> pools,
      Percentiles queryMs,
      List<Statement> slowestStatements,
      Database.Migrations migrations) {}

  public Reading read() {
    return new Reading(
        database.pools().stream().map(this::pool).toList(),
        times(ALL_STATEMENTS),
        slowestStatements(),
        database.migrations());
  }

  private Pool pool(Database.Pool pool) {
    String hikari = pool.name() + ".pool.";
    return new Pool(
        pool.name(),
        pool.active(),
        pool.idle(),
        pool.pending(),
        pool.max(),
        metrics.meter(hikari + "ConnectionTimeoutRate").getCount(),
        times(hikari + "Wait"),
        usage(hikari + "Usage"));
  }

  private Percentiles times(String name) {
    Timer timer = metrics.timer(name);
    return percentiles(timer.getCount(), timer, TimeUnit.MILLISECONDS.toNanos(1));
  }

  /** Hikari counts these in milliseconds. */
  private Percentiles usage(String name) {
    var histogram = metrics.histogram(name);
    return percentiles(histogram.getCount(), histogram, 1);
  }

  private static Percentiles percentiles(long count, Sampling sampled, long perMilli) {
    Snapshot seen = sampled.getSnapshot();
    return new Percentiles(
        count,
        rounded(seen.getMedian() / perMilli),
        rounded(seen.get95thPercentile() / perMilli),
        rounded(seen.get99thPercentile() / perMilli));
  }

  private List<Statement> slowestStatements() {
    return metrics
        .getTimers((name, metric) -> STATEMENT.matcher(name).matches())
        .entrySet()
        .stream()
        .map(DatabasePerformance::statement)
        .sorted(Comparator.comparingDouble(Statement::p95Ms).reversed())
        .limit(SLOWEST)
        .toList();
  }

  private static Statement statement(Map.Entry<String, Timer> timed) {
    double perMilli = TimeUnit.MILLISECONDS.toNanos(1);
    Snapshot seen = timed.getValue().getSnapshot();
    return new Statement(
        STATEMENT.matcher(timed.getKey()).replaceFirst("$1"),
        timed.getValue().getCount(),
        rounded(seen.getMean() / perMilli),
        rounded(seen.get95thPercentile() / perMilli),
        rounded(seen.getMax() / perMilli));
  }

  private static double rounded(double millis) {
    return Math.round(millis * 1000) / 1000.0;
  }
}
