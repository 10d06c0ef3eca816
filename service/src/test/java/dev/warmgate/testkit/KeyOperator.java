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
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.signingkey.KeyCipher;
import dev.warmgate.signingkey.KeyRotation;
import dev.warmgate.signingkey.KeysConfiguration;
import dev.warmgate.signingkey.SigningKeyDao;
import dev.warmgate.signingkey.SigningKeys;
import io.dropwizard.util.Duration;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;

/** Somebody at {@code warmgate keys}, with pools of his own. */
public final class KeyOperator implements AutoCloseable {
  public final KeyRotation keys;

  private final String secrets;
  private final Database database;
  private final Redis redis;

  public KeyOperator(String url, String secrets) {
    this.secrets = secrets;
    database =
        new Database(
            new DatabaseConfiguration(DatabaseUrl.parse(url), 1, null, null, null, null, null),
            true,
            new MetricRegistry());
    redis =
        new Redis(
            new RedisConfiguration(new RedisUrl(Dependencies.redisUrl()), null),
            OpenTelemetry.noop());
    redis.connect();
    keys = rotation();
  }

  /** One more; each replica has its own. */
  public KeyRotation rotation() {
    SigningKeyDao dao = database.backgroundDao(SigningKeyDao.class);
    KeyCipher cipher = new KeyCipher(new SecretKeys(secrets));
    RevocationFeed feed =
        new RevocationFeed(
            database.backgroundDao(RevocationDao.class), redis, java.time.Duration.ofMinutes(15));
    Audit audit =
        new Audit(
            database.dao(AuditDao.class),
            database.backgroundDao(AuditDao.class),
            AuditContext.OPERATOR,
            Clock.systemUTC(),
            OpenTelemetry.noop());
    return new KeyRotation(
        dao,
        cipher,
        new SigningKeys(dao, cipher, audit, Clock.systemUTC(), OpenTelemetry.noop()),
        feed,
        audit,
        new KeysConfiguration(Duration.days(1), Duration.seconds(8), null),
        Clock.systemUTC());
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
