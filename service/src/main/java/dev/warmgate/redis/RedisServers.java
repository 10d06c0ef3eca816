package dev.warmgate.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.event.EventBus;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Opens connections to one server, to the master that Sentinels name, or to a cluster. Lettuce
 * reconnects them and follows a failover by itself; opening one throws if no server answers.
 */
final class RedisServers implements AutoCloseable {
  /** By default Lettuce would wait up to half a minute after a long outage. */
  private static final Delay RECONNECT =
      Delay.exponential(Duration.ofMillis(1), Duration.ofSeconds(1), 2, TimeUnit.MILLISECONDS);

  /** Finds a cluster's new masters and nodes also where no command fails. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  private static final Duration QUIET = Duration.ZERO;
  private static final Duration SHUTDOWN = Duration.ofSeconds(2);

  private final ClientResources resources =
      ClientResources.builder().reconnectDelay(RECONNECT).build();
  private final AbstractRedisClient client;
  private final Supplier<RedisConnection> connections;
  private final Supplier<StatefulRedisPubSubConnection<String, String>> subscriptions;

  RedisServers(RedisConfiguration configuration) {
    List<RedisURI> uris = configuration.url().uris();
    // Lettuce would wait a minute by default for a server that accepts connections but stays
    // silent.
    uris.forEach(uri -> uri.setTimeout(Redis.CONNECT_TIMEOUT));
    if (configuration.cluster()) {
      RedisClusterClient cluster = RedisClusterClient.create(resources, uris);
      cluster.setOptions(
          with(ClusterClientOptions.builder(), configuration)
              .topologyRefreshOptions(
                  ClusterTopologyRefreshOptions.builder()
                      .adaptiveRefreshTriggersTimeout(Redis.CONNECT_TIMEOUT)
                      .enablePeriodicRefresh(REFRESH)
                      .build())
              .build());
      client = cluster;
      connections = () -> RedisConnection.of(cluster.connect(ByteArrayCodec.INSTANCE));
      subscriptions = cluster::connectPubSub;
    } else {
      RedisClient single = RedisClient.create(resources, uris.getFirst());
      single.setOptions(with(ClientOptions.builder(), configuration).build());
      client = single;
      connections = () -> RedisConnection.of(single.connect(ByteArrayCodec.INSTANCE));
      subscriptions = single::connectPubSub;
    }
  }

  @SuppressWarnings("unchecked")
  private static <B extends ClientOptions.Builder> B with(
      B options, RedisConfiguration configuration) {
    CaFile authority = configuration.caFile();
    if (authority != null) {
      options.sslOptions(
          SslOptions.builder().jdkSslProvider().trustManager(authority.path().toFile()).build());
    }
    return (B)
        options
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(configuration.commandTimeout().toJavaDuration()))
            .socketOptions(SocketOptions.builder().connectTimeout(Redis.CONNECT_TIMEOUT).build());
  }

  RedisConnection connect() {
    return connections.get();
  }

  /** Opens a connection for subscriptions; in a cluster each server passes on all messages. */
  StatefulRedisPubSubConnection<String, String> subscribe() {
    return subscriptions.get();
  }

  EventBus events() {
    return resources.eventBus();
  }

  @Override
  public void close() {
    client.shutdown(QUIET, SHUTDOWN);
    var _ = resources.shutdown(QUIET.toMillis(), SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS);
  }
}
