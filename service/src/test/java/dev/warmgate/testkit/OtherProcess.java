package dev.warmgate.testkit;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.database.Pooler;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.Locale;

/** Stands in for another process, such as an operator's command, with separate connection pools. */
public final class OtherProcess implements AutoCloseable {
  /** How long revocations are kept in memory. */
  public static final Duration TOKEN_LIFETIME = Duration.ofMinutes(15);

  private final Foundation foundation;

  public OtherProcess(String databaseUrl) {
    foundation =
        Foundation.of(
            new Database(database(databaseUrl).forCommand(), true, new MetricRegistry()),
            RedisConfiguration.defaults(new RedisUrl(Dependencies.redisUrl())),
            TOKEN_LIFETIME,
            AuditContext.OPERATOR,
            OpenTelemetry.noop());
  }

  private static DatabaseConfiguration database(String url) {
    Pooler pooler = Pooler.valueOf(Dependencies.pooler().toUpperCase(Locale.ROOT));
    return new DatabaseConfiguration(
        DatabaseUrl.parse(url), null, null, null, null, null, null, null, pooler);
  }

  /** Returns the foundation; its Redis is not connected yet. */
  public Foundation foundation() {
    return foundation;
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
