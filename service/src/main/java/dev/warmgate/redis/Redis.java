package dev.warmgate.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.breaker.Breaker;
import dev.warmgate.logging.RootCause;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.lifecycle.Managed;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
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
 * A shared connection to Redis, which may be unavailable at any time: commands then yield an empty
 * result, and after a few failures a circuit breaker skips them. Lettuce reconnects in the
 * background; the health check opens another connection if this one hangs, and closes the breaker
 * when Redis answers again.
 */
public final class Redis implements Managed {
  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  private static final byte[] PROBE_KEY = "warmgate:probe".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};
  private static final long PROBE_LIFE_MS = 1000;
  private static final int VALIDATIONS = 3;
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  /** A server that has answered no probe for so long hangs. */
  private static final long HANGS_NANOS = Duration.ofSeconds(2).toNanos();

  private static final Duration VALIDATION_LIFE = Duration.ofSeconds(10);

  private final RedisServers servers;
  private final Duration commandTimeout;
  private final Breaker breaker = new Breaker(System::nanoTime);
  private final Map<String, Runnable> listeners = new ConcurrentHashMap<>();
  private volatile @Nullable RedisConnection connection;
  private final Runnable stopListening;
  private volatile @Nullable Throwable failedReconnect;

  /** Whether Redis is unavailable and the log does not say why yet, or names a timeout only. */
  private volatile boolean unexplained;

  private @Nullable StatefulRedisPubSubConnection<String, String> subscription;

  /** When a probe was answered, or the connection was opened. */
  private volatile long answeredNanos = System.nanoTime();

  public Redis(RedisConfiguration configuration, OpenTelemetry telemetry) {
    commandTimeout = configuration.commandTimeout().toJavaDuration();
    servers = new RedisServers(configuration);
    stopListening =
        servers
                .events()
                .get()
                .ofType(ReconnectFailedEvent.class)
                .subscribe(event -> noteReconnect(event.getCause()))
            ::dispose;
    var _ =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .gaugeBuilder(Telemetry.REDIS_BREAKER)
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(breaker.isOpen() ? 1 : 0));
  }

  /**
   * Connects once; afterwards Lettuce reconnects by itself.
   *
   * @throws RedisException if Redis cannot be reached
   */
  public synchronized void connect() {
    if (connection == null) {
      RedisConnection opened = servers.connect();
      opened.stateful().setTimeout(commandTimeout);
      connection = opened;
      answeredNanos = System.nanoTime();
    }
    if (subscription == null && !listeners.isEmpty()) {
      subscription = subscribed();
    }
  }

  /** Lettuce renews the subscription whenever it reconnects. */
  private StatefulRedisPubSubConnection<String, String> subscribed() {
    StatefulRedisPubSubConnection<String, String> opened = servers.subscribe();
    try {
      opened.setTimeout(commandTimeout);
      opened.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
              listeners.getOrDefault(channel, () -> {}).run();
            }
          });
      opened.sync().subscribe(listeners.keySet().toArray(String[]::new));
      return opened;
    } catch (RedisException failed) {
      opened.close();
      throw failed;
    }
  }

  /**
   * Runs a short listener for each message on a channel. Messages may get lost; call this before
   * {@link #connect}.
   */
  public void subscribe(String channel, Runnable listener) {
    listeners.put(channel, listener);
  }

  /** Notifies the subscribers of a channel; does nothing if Redis is unavailable. */
  public void publish(String channel) {
    call(redis -> redis.sync().publish(channel.getBytes(UTF_8), NOTHING));
  }

  /** Returns the value, or empty if there is none or Redis is unavailable. */
  public Optional<byte[]> get(byte[] key) {
    return call(redis -> redis.sync().get(key));
  }

  /**
   * Stores a value with a time to live without waiting for the reply; does nothing if Redis is
   * unavailable.
   */
  public void setEx(byte[] key, byte[] value, Duration timeToLive) {
    call(redis -> redis.async().set(key, value, SetArgs.Builder.px(timeToLive)));
  }

  /**
   * Runs a command through the circuit breaker and never throws.
   *
   * @return the result of the command, or empty if Redis is unavailable
   */
  public <T> Optional<T> call(Function<RedisConnection, T> command) {
    RedisConnection current = connection;
    if (current == null || !breaker.allows()) {
      return Optional.empty();
    }
    try {
      T answer = command.apply(current);
      if (answer instanceof CompletionStage<?> later) {
        // An asynchronous command: its reply updates the breaker later.
        var _ = later.whenComplete((_, failure) -> note(failure));
      } else {
        note(null);
      }
      return Optional.ofNullable(answer);
    } catch (RuntimeException failure) {
      Span.current().setAttribute(Telemetry.FAILURE, "redis_unavailable");
      note(failure);
      return Optional.empty();
    }
  }

  private void note(@Nullable Throwable failure) {
    if (failure == null) {
      if (breaker.succeeded()) {
        failedReconnect = null;
        unexplained = false;
        log.info("Redis is available again");
      }
    } else if (breaker.failed() || (unexplained && !VagueFailure.is(failure))) {
      explain(failure);
    }
  }

  /** A refused command does not know why the connection is lost; a failed reconnect does. */
  private void explain(Throwable failure) {
    boolean refused = failure.getClass().equals(RedisException.class) && failure.getCause() == null;
    Throwable cause = refused ? failedReconnect : failure;
    unexplained = cause == null || VagueFailure.is(cause);
    if (cause != null) {
      log.warn(
          "Redis is unavailable, continuing without it: {}",
          RootCause.of(cause, "redis.url, REDIS_URL"));
    }
  }

  private void noteReconnect(Throwable failure) {
    failedReconnect = failure;
    if (unexplained && !VagueFailure.is(failure)) {
      explain(failure);
    }
  }

  /** Returns whether commands are skipped because Redis did not answer. */
  public boolean isBreakerOpen() {
    return breaker.isOpen();
  }

  /**
   * Checks that Redis stores data: writes an entry, reads it back and removes it. A command that
   * takes too long is repeated, because the first ones run code that is cold.
   *
   * @throws RedisException if Redis cannot be reached or does not store the entry
   */
  public void validate() {
    for (int attempt = 1; ; attempt++) {
      try {
        writeAndRead();
        return;
      } catch (RedisCommandTimeoutException slow) {
        if (attempt == VALIDATIONS) {
          throw slow;
        }
      }
    }
  }

  private void writeAndRead() {
    connect();
    byte[] entry = ("warm-up:" + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
    RedisClusterCommands<byte[], byte[]> redis = Objects.requireNonNull(connection).sync();
    redis.set(entry, entry, SetArgs.Builder.px(VALIDATION_LIFE));
    boolean kept = Arrays.equals(redis.get(entry), entry);
    redis.del(entry);
    if (!kept) {
      throw new RedisException("Redis does not return the value it was given");
    }
  }

  /**
   * Checks that Redis accepts writes, since a read-only or full Redis is useless; works while the
   * breaker is open.
   */
  void probe() {
    try {
      connect();
      Objects.requireNonNull(connection)
          .sync()
          .set(PROBE_KEY, NOTHING, SetArgs.Builder.px(PROBE_LIFE_MS));
      answeredNanos = System.nanoTime();
      note(null);
    } catch (RedisException failure) {
      note(failure);
      if (failure instanceof RedisCommandTimeoutException
          && System.nanoTime() - answeredNanos >= HANGS_NANOS) {
        disconnect();
      }
      throw failure;
    }
  }

  /**
   * Nobody closes the connections to a machine that hangs, or is cut off, for minutes, and Lettuce
   * reconnects closed ones only. The next probe opens new ones, perhaps to another server.
   */
  private synchronized void disconnect() {
    RedisConnection hanging = connection;
    if (hanging != null) {
      connection = null;
      var _ = hanging.stateful().closeAsync();
    }
    if (subscription != null) {
      var _ = subscription.closeAsync();
      subscription = null;
    }
  }

  @Override
  public synchronized void stop() {
    stopListening.run();
    if (subscription != null) {
      subscription.close();
    }
    if (connection != null) {
      connection.stateful().close();
    }
    servers.close();
  }
}
