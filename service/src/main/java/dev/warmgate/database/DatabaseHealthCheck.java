package dev.warmgate.database;

import com.codahale.metrics.health.HealthCheck;

/**
 * Healthy while PostgreSQL answers on the background pool and accepts changes, however busy the
 * request pool is.
 */
public final class DatabaseHealthCheck extends HealthCheck {
  /** The detail of a result that says more than healthy or not. */
  public static final String STATUS = "status";

  /** PostgreSQL answers, but refuses changes. */
  public static final String READ_ONLY = "read_only";

  private final Database database;

  public DatabaseHealthCheck(Database database) {
    this.database = database;
  }

  @Override
  protected Result check() {
    return database.isWritable()
        ? Result.healthy()
        : Result.builder()
            .unhealthy()
            .withMessage("PostgreSQL is read-only")
            .withDetail(STATUS, READ_ONLY)
            .build();
  }
}
