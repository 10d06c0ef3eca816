package dev.warmgate.testkit;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.revocation.RevocationFeed;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;

/** A process beside the service, such as a command of the operator's, with pools of its own. */
public final class OtherProcess implements AutoCloseable {
  /** So long the service remembers what it reads of revocations. */
  public static final Duration TOKEN_LIFETIME = Duration.ofMinutes(15);

  private final Database database;
  private final Redis redis;

  public OtherProcess(String databaseUrl) {
    database =
        new Database(
            new DatabaseConfiguration(
                DatabaseUrl.parse(databaseUrl), 1, null, null, null, null, null),
            true,
            new MetricRegistry());
    redis =
        new Redis(
            new RedisConfiguration(new RedisUrl(Dependencies.redisUrl()), null),
            OpenTelemetry.noop());
  }

  public Database database() {
    return database;
  }

  public Redis redis() {
    return redis;
  }

  /** Announces only if Redis has been connected. */
  public RevocationFeed revocations() {
    return new RevocationFeed(database.backgroundDao(RevocationDao.class), redis, TOKEN_LIFETIME);
  }

  public Audit audit() {
    return new Audit(
        database.dao(AuditDao.class),
        database.backgroundDao(AuditDao.class),
        AuditContext.OPERATOR,
        Clock.systemUTC(),
        OpenTelemetry.noop());
  }

  @Override
  public void close() {
    try {
      redis.stop();
      database.stop();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
