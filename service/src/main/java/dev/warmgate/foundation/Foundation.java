package dev.warmgate.foundation;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.database.Database;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.revocation.RevocationFeed;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;

/**
 * What every feature depends on, built once for the server or for a command. Building it opens no
 * connection, so it succeeds while PostgreSQL and Redis are unavailable.
 */
public record Foundation(
    Database database,
    Redis redis,
    RevocationFeed revocations,
    Audit audit,
    Clock clock,
    OpenTelemetry telemetry) {

  /**
   * @param tokenLifetime how long a revocation matters
   * @param actor the actor in the audit trail where there is no request
   */
  public static Foundation of(
      Database database,
      RedisConfiguration redisConfiguration,
      Duration tokenLifetime,
      String actor,
      OpenTelemetry telemetry) {
    Clock clock = Clock.systemUTC();
    Redis redis = new Redis(redisConfiguration, telemetry);
    return new Foundation(
        database,
        redis,
        new RevocationFeed(database.backgroundDao(RevocationDao.class), redis, tokenLifetime),
        new Audit(
            database.dao(AuditDao.class),
            database.backgroundDao(AuditDao.class),
            actor,
            clock,
            telemetry),
        clock,
        telemetry);
  }
}
