package dev.warmgate.testkit;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.revocation.RevocationFeed;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;

/** A process beside the service, such as a command of the operator's, with pools of its own. */
public final class OtherProcess implements AutoCloseable {
  /** For that long the service remembers what it reads of revocations. */
  public static final Duration TOKEN_LIFETIME = Duration.ofMinutes(15);

  private final Foundation foundation;

  public OtherProcess(String databaseUrl) {
    foundation =
        Foundation.of(
            new Database(
                DatabaseConfiguration.defaults(DatabaseUrl.parse(databaseUrl)).forCommand(),
                true,
                new MetricRegistry()),
            new RedisConfiguration(new RedisUrl(Dependencies.redisUrl()), null),
            TOKEN_LIFETIME,
            AuditContext.OPERATOR,
            OpenTelemetry.noop());
  }

  public Foundation foundation() {
    return foundation;
  }

  public Database database() {
    return foundation.database();
  }

  public Redis redis() {
    return foundation.redis();
  }

  /** Announces only if Redis has been connected. */
  public RevocationFeed revocations() {
    return foundation.revocations();
  }

  public Audit audit() {
    return foundation.audit();
  }

  @Override
  public void close() {
    try {
      foundation.redis().stop();
      foundation.database().stop();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
