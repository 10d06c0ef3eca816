package dev.warmgate.loadtest.bench;

import java.util.Locale;

/**
 * What something costs PostgreSQL, Redis and the service.
 *
 * @param statements of PostgreSQL
 * @param walBytes what PostgreSQL writes to its log, and sends to its standbys
 * @param postgresMs processor time of all its processes
 * @param commands of Redis
 * @param redisMs processor time of Redis
 * @param serviceMs processor time of all replicas
 */
record Cost(
    double statements,
    double walBytes,
    double postgresMs,
    double commands,
    double redisMs,
    double serviceMs) {
  static final Cost NONE = new Cost(0, 0, 0, 0, 0, 0);

  /** Fewer statements or commands of each request come from elsewhere. */
  private static final double LEAST_ASKED = 0.05;

  static final String HEAD =
      "statements  WAL bytes  PostgreSQL ms  Redis commands  Redis ms  service ms";

  Cost withServiceMs(double other) {
    return new Cost(statements, walBytes, postgresMs, commands, redisMs, other);
  }

  Cost plus(Cost other) {
    return new Cost(
        statements + other.statements,
        walBytes + other.walBytes,
        postgresMs + other.postgresMs,
        commands + other.commands,
        redisMs + other.redisMs,
        serviceMs + other.serviceMs);
  }

  Cost times(double factor) {
    return new Cost(
        statements * factor,
        walBytes * factor,
        postgresMs * factor,
        commands * factor,
        redisMs * factor,
        serviceMs * factor);
  }

  /** Returns the difference, or 0 for each part that would be negative. */
  Cost minus(Cost other) {
    return new Cost(
        Math.max(0, statements - other.statements),
        Math.max(0, walBytes - other.walBytes),
        Math.max(0, postgresMs - other.postgresMs),
        Math.max(0, commands - other.commands),
        Math.max(0, redisMs - other.redisMs),
        Math.max(0, serviceMs - other.serviceMs));
  }

  /**
   * Returns the cost without processor time of a server that was asked nothing: that is what the
   * server did besides, and would count for each of very many requests.
   */
  Cost withoutNoise() {
    boolean asksPostgres = statements > LEAST_ASKED;
    return new Cost(
        statements,
        asksPostgres ? walBytes : 0,
        asksPostgres ? postgresMs : 0,
        commands,
        commands > LEAST_ASKED ? redisMs : 0,
        serviceMs);
  }

  /** Returns its figures below {@link #HEAD}. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%10.2f  %9.0f  %13.3f  %14.2f  %8.3f  %10.2f",
        statements,
        walBytes,
        postgresMs,
        commands,
        redisMs,
        serviceMs);
  }
}
