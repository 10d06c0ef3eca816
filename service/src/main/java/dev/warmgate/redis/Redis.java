package dev.warmgate.redis;

import io.dropwizard.lifecycle.Managed;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One shared connection to Redis. While Redis is down a command fails at once instead of being
 * queued, and Lettuce keeps reconnecting in the background.
 */
public final class Redis implements Managed {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  private final RedisClient client;
  private final Duration commandTimeout;
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;

  public Redis(RedisConfiguration configuration) {
    commandTimeout = configuration.commandTimeout().toJavaDuration();
    client = RedisClient.create(configuration.url().uri());
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(commandTimeout))
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).build())
            .build());
  }

  /**
   * Connects, once; from then on Lettuce reconnects by itself.
   *
   * @throws RedisException if Redis cannot be reached
   */
  public synchronized void connect() {
    if (connection == null) {
      StatefulRedisConnection<byte[], byte[]> made = client.connect(ByteArrayCodec.INSTANCE);
      made.setTimeout(commandTimeout);
      connection = made;
    }
  }

  /**
   * The connection, if one was ever made; commands on it throw {@link RedisException} while Redis
   * is down.
   */
  public Optional<StatefulRedisConnection<byte[], byte[]>> connection() {
    return Optional.ofNullable(connection);
  }

  void probe() {
    connect();
    connection().orElseThrow().sync().ping();
  }

  @Override
  public void stop() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
