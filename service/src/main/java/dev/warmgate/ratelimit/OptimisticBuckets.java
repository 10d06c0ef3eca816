package dev.warmgate.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.CompareAndSwapOperation;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Buckets in Redis that need one command instead of two or three while no other replica changes
 * them: Redis compares them with what this replica wrote last, or expects none, and only if that is
 * wrong does the next attempt read them.
 */
final class OptimisticBuckets extends LettuceBasedProxyManager<byte[]> {
  private final Cache<ByteBuffer, byte[]> written;

  /**
   * @param size how many buckets to remember at most
   * @param life how long to remember one after its last use
   */
  OptimisticBuckets(
      Bucket4jLettuce.LettuceBasedProxyManagerBuilder<byte[]> builder, long size, Duration life) {
    super(builder);
    this.written = Caffeine.newBuilder().maximumSize(size).expireAfterAccess(life).build();
  }

  @Override
  protected CompareAndSwapOperation beginCompareAndSwapOperation(byte[] key) {
    CompareAndSwapOperation redis = super.beginCompareAndSwapOperation(key);
    ByteBuffer name = ByteBuffer.wrap(key);
    return new CompareAndSwapOperation() {
      private boolean mistaken;

      @Override
      public Optional<byte[]> getStateData(Optional<Long> timeoutNanos) {
        return mistaken
            ? redis.getStateData(timeoutNanos)
            : Optional.ofNullable(written.getIfPresent(name));
      }

      @Override
      public boolean compareAndSwap(
          byte @Nullable [] expected,
          byte[] wanted,
          RemoteBucketState state,
          Optional<Long> timeoutNanos) {
        boolean swapped = redis.compareAndSwap(expected, wanted, state, timeoutNanos);
        mistaken = !swapped;
        // A bucket that is empty refuses, and a refusal writes nothing: it would not be compared.
        if (swapped && state.getAvailableTokens() > 0) {
          written.put(name, wanted);
        } else {
          written.invalidate(name);
        }
        return swapped;
      }
    };
  }
}
