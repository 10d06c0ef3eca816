package dev.warmgate.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;

/**
 * A connection to one server or to all servers of a cluster, which understand the same commands. A
 * command that cannot be sent throws.
 */
public record RedisConnection(
    StatefulConnection<byte[], byte[]> stateful,
    RedisClusterCommands<byte[], byte[]> sync,
    RedisClusterAsyncCommands<byte[], byte[]> async) {

  static RedisConnection of(StatefulRedisConnection<byte[], byte[]> server) {
    return new RedisConnection(server, server.sync(), server.async());
  }

  static RedisConnection of(StatefulRedisClusterConnection<byte[], byte[]> cluster) {
    return new RedisConnection(cluster, cluster.sync(), cluster.async());
  }
}
