package dev.warmgate.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.breaker.Breaker;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.lifecycle.Managed;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shared connection to Redis, which may be down or not answer at any time: commands then are
 * not queued, after a few of them nobody is asked any more, and nothing fails with it. Lettuce
 * keeps reconnecting in the background; the health check finds out when Redis answers again.
 */
public final class Redis implements Managed {
  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  private static final byte[] PROBE_KEY = "warmgate:probe".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};
  private static final long PROBE_LIFE_MS = 1000;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration VALIDATION_LIFE = Duration.ofSeconds(10);

  private final RedisClient client;
  private final Duration commandTimeout;
  private final Breaker breaker = new Breaker(System::nanoTime);
  private final Map<String, Runnable> listeners = new ConcurrentHashMap<>();
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
  private @Nullable StatefulRedisPubSubConnection<String, String> subscription;

  public Redis(RedisConfiguration configuration, OpenTelemetry telemetry) {
    commandTimeout = configuration.commandTimeout().toJavaDuration();
    RedisURI uri = configuration.url().uri();
    // Else who accepts and says nothing is waited for by Lettuce's default, a minute.
    uri.setTimeout(CONNECT_TIMEOUT);
    client = RedisClient.create(uri);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(commandTimeout))
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).build())
            .build());
    var _ =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .gaugeBuilder(Telemetry.REDIS_BREAKER)
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(breaker.isOpen() ? 1 : 0));
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
    if (subscription == null && !listeners.isEmpty()) {
      subscription = subscribed();
    }
  }

  /** Lettuce subscribes again by itself whenever Redis comes back. */
  private StatefulRedisPubSubConnection<String, String> subscribed() {
    StatefulRedisPubSubConnection<String, String> made = client.connectPubSub();
    try {
      made.setTimeout(commandTimeout);
      made.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
              listeners.getOrDefault(channel, () -> {}).run();
            }
          });
      made.sync().subscribe(listeners.keySet().toArray(String[]::new));
      return made;
    } catch (RedisException away) {
      made.close();
      throw away;
    }
  }

  /**
   * Runs something short for every message on a channel that Redis happens to deliver; to be called
   * before {@link #connect}.
   */
  public void subscribe(String channel, Runnable listener) {
    listeners.put(channel, listener);
  }

  /** Wakes the subscribers of a channel; says nothing if Redis is away. */
  public void publish(String channel) {
    call(redis -> redis.sync().publish(channel.getBytes(UTF_8), NOTHING));
  }

  /** The value, or nothing if there is none or Redis is away. */
  public Optional<byte[]> get(byte[] key) {
    return call(redis -> redis.sync().get(key));
  }

  /** Stores a value for a time, without waiting for it; says nothing if Redis is away. */
  public void setEx(byte[] key, byte[] value, Duration timeToLive) {
    call(redis -> redis.async().set(key, value, SetArgs.Builder.px(timeToLive)));
  }

  /**
   * Everything that must not fail with Redis goes through here.
   *
   * @return what the command gave, or nothing if Redis is away
   */
  public <T> Optional<T> call(Function<StatefulRedisConnection<byte[], byte[]>, T> command) {
    StatefulRedisConnection<byte[], byte[]> made = connection;
    if (made == null || !breaker.allows()) {
      return Optional.empty();
    }
    try {
      T answer = command.apply(made);
      if (answer instanceof CompletionStage<?> later) {
        // Sent, not answered: that comes later, and nobody waits for it.
        var _ = later.whenComplete((_, away) -> note(away));
      } else {
        note(null);
      }
      return Optional.ofNullable(answer);
    } catch (RuntimeException away) {
      note(away);
      return Optional.empty();
    }
  }

  private void note(@Nullable Throwable away) {
    if (away == null) {
      if (breaker.succeeded()) {
        log.info("Redis answers again");
      }
    } else if (breaker.failed()) {
      log.warn("Redis does not answer; going on without it: {}", away.getMessage());
    }
  }

  /** Whether commands are refused unasked. */
  public boolean isBreakerOpen() {
    return breaker.isOpen();
  }

  /**
   * Writes an entry, reads it back and removes it.
   *
   * @throws RedisException if Redis cannot be reached or does not keep what it was given
   */
  public void validate() {
    connect();
    byte[] entry = ("warm-up:" + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
    RedisCommands<byte[], byte[]> redis = Objects.requireNonNull(connection).sync();
    redis.set(entry, entry, SetArgs.Builder.px(VALIDATION_LIFE));
    boolean kept = Arrays.equals(redis.get(entry), entry);
    redis.del(entry);
    if (!kept) {
      throw new RedisException("Redis does not keep what it is given");
    }
  }

  /** Writes, since a Redis that only reads or is full is of no use; asks even an open breaker. */
  void probe() {
    try {
      connect();
      Objects.requireNonNull(connection)
          .sync()
          .set(PROBE_KEY, NOTHING, SetArgs.Builder.px(PROBE_LIFE_MS));
      note(null);
    } catch (RedisException away) {
      note(away);
      throw away;
    }
  }

  @Override
  public synchronized void stop() {
    if (subscription != null) {
      subscription.close();
    }
    if (connection != null) {
      connection.close();
    }
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
