package dev.warmgate.ratelimit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.warmgate.redis.RedisConnection;
import dev.warmgate.secret.Crypto;
import dev.warmgate.secret.SecretKeys;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The buckets in Redis, which all replicas share. */
final class SharedBuckets {
  private static final int MAX_BUSY_BUCKETS = 1_000;
  private static final Duration BUSY = Duration.ofSeconds(10);
  private static final byte[] PREFIX = "rl:".getBytes(US_ASCII);
  private static final byte[] PURPOSE = "rate limit bucket\0".getBytes(US_ASCII);

  private final byte[] nameKey;
  private volatile @Nullable ProxyManager<byte[]> proxies;

  /**
   * Buckets in use. Concurrent requests for the same bucket share one object, which batches them;
   * otherwise they would race to update the same Redis entry and retry.
   */
  private final Cache<BucketName, Bucket> busy =
      Caffeine.newBuilder().maximumSize(MAX_BUSY_BUCKETS).expireAfterAccess(BUSY).build();

  /**
   * @param secrets buckets are named with a key derived from the newest
   */
  SharedBuckets(SecretKeys secrets) {
    this.nameKey = Crypto.hmac(secrets.newest(), PURPOSE);
  }

  Bucket get(RedisConnection connection, BucketName name, BucketConfiguration rule) {
    return busy.get(
        name,
        wanted ->
            proxies(connection)
                .builder()
                .withOptimization(Optimizations.batching())
                .build(key(wanted), () -> rule));
  }

  void remove(RedisConnection connection, BucketName name) {
    proxies(connection).removeProxy(key(name));
  }

  /**
   * Names a bucket by a MAC. A plain hash would let a reader of Redis find the bucket of an address
   * or an account by hashing likely ones.
   */
  private byte[] key(BucketName name) {
    byte[] mac = Crypto.hmac(nameKey, (name.limit().name() + ":" + name.subject()).getBytes(UTF_8));
    return ByteBuffer.allocate(PREFIX.length + mac.length).put(PREFIX).put(mac).array();
  }

  private ProxyManager<byte[]> proxies(RedisConnection connection) {
    ProxyManager<byte[]> known = proxies;
    if (known == null) {
      known =
          new OptimisticBuckets(
              builder(connection)
                  .expirationAfterWrite(
                      ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                          Duration.ofSeconds(10))),
              MAX_BUSY_BUCKETS,
              BUSY);
      proxies = known;
    }
    return known;
  }

  private static Bucket4jLettuce.LettuceBasedProxyManagerBuilder<byte[]> builder(
      RedisConnection connection) {
    return switch (connection.stateful()) {
      case StatefulRedisClusterConnection<byte[], byte[]> cluster ->
          Bucket4jLettuce.casBasedBuilder(cluster);
      case StatefulRedisConnection<byte[], byte[]> server ->
          Bucket4jLettuce.casBasedBuilder(server);
      default -> throw new IllegalArgumentException("neither a server nor a cluster");
    };
  }
}
