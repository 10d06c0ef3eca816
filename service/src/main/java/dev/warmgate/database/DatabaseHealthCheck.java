package dev.warmgate.database;

import com.codahale.metrics.health.HealthCheck;

/** Healthy while PostgreSQL answers on the background pool, however busy the request pool is. */
public final class DatabaseHealthCheck extends HealthCheck {
  private final Database database;

  public DatabaseHealthCheck(Database database) {
    this.database = database;
  }

  @Override
  protected Result check() {
    database.probe();
    return Result.healthy();
  }
}
