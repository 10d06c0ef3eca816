package dev.warmgate.database;

import com.codahale.metrics.health.HealthCheck;

/**
 * Healthy while PostgreSQL answers on the background pool and accepts and confirms changes, however
 * busy the request pool is.
 */
public final class DatabaseHealthCheck extends HealthCheck {
  /** The detail of a result that says more than healthy or not. */
  public static final String STATUS = "status";

  /** PostgreSQL answers, but refuses changes. */
  public static final String READ_ONLY = "read_only";

  /** PostgreSQL answers, but its commits wait for a synchronous standby. */
  public static final String COMMITS_WAIT = "commits_wait";

  private final Database database;

  public DatabaseHealthCheck(Database database) {
    this.database = database;
  }

  @Override
  protected Result check() {
    return switch (database.state()) {
      case WRITABLE -> Result.healthy();
      case READ_ONLY -> unhealthy("PostgreSQL is read-only", READ_ONLY);
      case COMMITS_WAIT ->
          unhealthy("PostgreSQL's commits wait for a synchronous standby", COMMITS_WAIT);
    };
  }

  private static Result unhealthy(String message, String status) {
    return Result.builder().unhealthy().withMessage(message).withDetail(STATUS, status).build();
  }
}
