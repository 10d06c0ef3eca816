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
 * Reports how PostgreSQL performs, from metrics alone: it needs no connection, so it works while
 * none is free.
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
   * Times in milliseconds, weighted towards the last minutes.
   *
   * @param count since the start of the process
   */
  public record Percentiles(long count, double p50, double p95, double p99) {}

  /**
   * One pool.
   *
   * @param pending number of requests that wait for a connection now
   * @param timeouts number of requests that waited in vain, since the start of the process
   * @param acquireMs how long requests waited for a connection
   * @param usageMs how long requests kept a connection
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

  /** One statement, named after its DAO method. */
  public record Statement(String name, long count, double meanMs, double p95Ms, double maxMs) {}

  /**
   * The whole report.
   *
   * @param slowestStatements at most ten, with the highest 95th percentiles
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

  /** Hikari records usage in milliseconds. */
  private Percentiles usage(String name) {
    var histogram = metrics.histogram(name);
    return percentiles(histogram.getCount(), histogram, 1);
  }

  private static Percentiles percentiles(long count, Sampling sampled, long perMilli) {
    Snapshot snapshot = sampled.getSnapshot();
    return new Percentiles(
        count,
        rounded(snapshot.getMedian() / perMilli),
        rounded(snapshot.get95thPercentile() / perMilli),
        rounded(snapshot.get99thPercentile() / perMilli));
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
    Snapshot snapshot = timed.getValue().getSnapshot();
    return new Statement(
        STATEMENT.matcher(timed.getKey()).replaceFirst("$1"),
        timed.getValue().getCount(),
        rounded(snapshot.getMean() / perMilli),
        rounded(snapshot.get95thPercentile() / perMilli),
        rounded(snapshot.getMax() / perMilli));
  }

  private static double rounded(double millis) {
    return Math.round(millis * 1000) / 1000.0;
  }
}
