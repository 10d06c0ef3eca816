package dev.warmgate.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.warmgate.problem.ApiException;
import dev.warmgate.redis.Redis;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Quota;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import dev.warmgate.secret.Crypto;
import dev.warmgate.telemetry.Telemetry;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BandwidthBuilder;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConfigurationBuilder;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.local.LocalBucketBuilder;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.api.StatefulRedisConnection;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets, shared by all replicas in Redis. While Redis is down every replica counts for
 * itself, so a limit gets weaker by the number of replicas but never goes away.
 */
public final class RateLimits {
  private static final int MAX_LOCAL_BUCKETS = 100_000;
  private static final int MAX_BUSY_BUCKETS = 1_000;
  private static final Duration BUSY = Duration.ofSeconds(10);
  private static final String WARM_UP = "warm-up " + UUID.randomUUID();

  /**
   * No bucket takes longer to fill up, as delivered; one that is forgotten sooner is a full one.
   */
  private static final Duration LONGEST_REFILL = Duration.ofHours(4);

  private final boolean enabled;
  private final Redis redis;
  private final Map<Limit, BucketConfiguration> rules = new EnumMap<>(Limit.class);
  private final Map<Limit, String> policies = new EnumMap<>(Limit.class);
  private final LoadingCache<Key, Bucket> local;
  private final LongCounter limited;
  private final Map<Limit, Attributes> limits = new EnumMap<>(Limit.class);
  private final LongAdder limitedSinceStart = new LongAdder();
  private volatile @Nullable ProxyManager<byte[]> shared;

  /**
   * Kept, since whoever comes while one is asked for joins the next question: else all requests of
   * one address race to change the same entry, and each that loses asks again.
   */
  private final Cache<Key, Bucket> busy =
      Caffeine.newBuilder().maximumSize(MAX_BUSY_BUCKETS).expireAfterAccess(BUSY).build();

  private record Key(Limit limit, String of) {
    private static final byte[] REDIS_PREFIX = "rl:".getBytes(StandardCharsets.US_ASCII);

    /** Hashed, so that no address and no e-mail stands in Redis. */
    byte[] redisKey() {
      byte[] hash = Crypto.sha256((limit.name() + ":" + of).getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(REDIS_PREFIX.length + hash.length)
          .put(REDIS_PREFIX)
          .put(hash)
          .array();
    }
  }

  /**
   * @param enabled {@code false} ({@code RATE_LIMITS=off}) limits nothing; for load tests
   */
  public RateLimits(
      RateLimitsConfiguration configuration,
      boolean enabled,
      Redis redis,
      OpenTelemetry telemetry) {
    this.enabled = enabled;
    this.redis = redis;
    for (Limit limit : Limit.values()) {
      Rate rate = configuration.rate(limit);
      ConfigurationBuilder rule = BucketConfiguration.builder();
      bandwidths(limit, rate).forEach(rule::addLimit);
      rules.put(limit, rule.build());
      policies.put(limit, Quota.policy(limit, rate.count(), rate.per().toJavaDuration()));
    }
    this.local =
        Caffeine.newBuilder()
            .maximumSize(MAX_LOCAL_BUCKETS)
            .expireAfterAccess(LONGEST_REFILL)
            .build(key -> inMemory(key.limit()));
    this.limited =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.RATE_LIMITED).build();
    for (Limit limit : Limit.values()) {
      Attributes attributes = Attributes.of(Telemetry.LIMIT, limit.toString());
      limits.put(limit, attributes);
      // So that the first refusal is an increase.
      limited.add(0, attributes);
    }
  }

  private static List<Bandwidth> bandwidths(Limit limit, Rate rate) {
    return limit == Limit.FAILED_LOGIN
        ? BackOff.after(rate)
        : List.of(
            BandwidthBuilder.builder()
                .capacity(rate.count())
                .refillGreedy(rate.count(), rate.per().toJavaDuration())
                .build());
  }

  private Bucket inMemory(Limit limit) {
    LocalBucketBuilder bucket = Bucket.builder();
    for (Bandwidth bandwidth : rules.get(limit).getBandwidths()) {
      bucket.addLimit(bandwidth);
    }
    return bucket.build();
  }

  /** Whether anything is limited at all. */
  public boolean areOn() {
    return enabled;
  }

  /**
   * Takes one token.
   *
   * @param of whose bucket: a client address, an account or a session
   * @return what is left, where clients are told that
   * @throws ApiException with {@code Retry-After} if the bucket is empty: 429, or 503 for a session
   */
  public @Nullable Quota take(Limit limit, String of) {
    if (!enabled) {
      return null;
    }
    ConsumptionProbe probe = consume(limit, of);
    if (isRefused(probe)) {
      throw refusal(limit, Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
    return limit.shared()
        ? Quota.of(
            policies.get(limit),
            limit,
            probe.getRemainingTokens(),
            Duration.ofNanos(probe.getNanosToWaitForReset()))
        : null;
  }

  /**
   * Counts a request against its client address; once more, if it turns out to cost more than its
   * endpoint says. One of a load test is not counted.
   *
   * @throws ApiException 429 if there were too many
   */
  public void count(RequestContext request, Limit limit) {
    if (!request.isOfLoadTest()) {
      String address =
          Objects.requireNonNull(request.clientAddress(), "no filter has asked for it");
      request.allow(take(limit, address));
    }
  }

  /**
   * Takes one token if there is one.
   *
   * @return how long until there is one, or nothing if it was taken
   */
  public Optional<Duration> tryTake(Limit limit, String of) {
    if (!enabled) {
      return Optional.empty();
    }
    ConsumptionProbe probe = consume(limit, of);
    return isRefused(probe)
        ? Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()))
        : Optional.empty();
  }

  private ConsumptionProbe consume(Limit limit, String of) {
    return on(key(limit, of), bucket -> bucket.tryConsumeAndReturnRemaining(1));
  }

  private static boolean isRefused(ConsumptionProbe probe) {
    return !probe.isConsumed() && DecoyRules.isLimited();
  }

  /** The refusal of a request by that limit, counted as one. */
  public ApiException refusal(Limit limit, Duration retryAfter) {
    limited.add(1, limits.get(limit));
    limitedSinceStart.increment();
    return ApiException.retryAfter(
        limit.problem(), retryAfter, Quota.of(policies.get(limit), limit, 0, retryAfter).fields());
  }

  /** Gives one token back, for an attempt that turned out not to count. */
  public void refund(Limit limit, String of) {
    if (enabled) {
      on(
          key(limit, of),
          bucket -> {
            bucket.addTokens(1);
            return true;
          });
    }
  }

  /** Makes a bucket a full one again, on all replicas if Redis is there, else on this one. */
  public void forget(Limit limit, String of) {
    Key key = key(limit, of);
    local.invalidate(key);
    redis.call(connection -> {
      shared(connection).removeProxy(key.redisKey());
      return true;
    });
  }

  /** The warm-up asks Redis as any request does, but has a bucket of its own. */
  private static Key key(Limit limit, String of) {
    return new Key(limit, DecoyRules.isLimited() ? of : WARM_UP);
  }

  /** Requests refused since the start of the process. */
  public long refused() {
    return limitedSinceStart.sum();
  }

  private <T> T on(Key key, Function<Bucket, T> action) {
    return key.limit().shared()
        ? redis
            .call(connection -> inRedis(connection, key, action))
            .orElseGet(() -> action.apply(local.get(key)))
        : action.apply(local.get(key));
  }

  private <T> T inRedis(
      StatefulRedisConnection<byte[], byte[]> connection, Key key, Function<Bucket, T> action) {
    long asked = System.nanoTime();
    try {
      return action.apply(busy.get(key, wanted -> inRedis(connection, wanted)));
    } finally {
      RequestContext.record(
          Timeline.Kind.REDIS, key.limit().bucketName(), asked, System.nanoTime());
    }
  }

  private Bucket inRedis(StatefulRedisConnection<byte[], byte[]> connection, Key key) {
    return shared(connection)
        .builder()
        .withOptimization(Optimizations.batching())
        .build(key.redisKey(), () -> rules.get(key.limit()));
  }

  private ProxyManager<byte[]> shared(StatefulRedisConnection<byte[], byte[]> connection) {
    ProxyManager<byte[]> known = shared;
    if (known == null) {
      known =
          Bucket4jLettuce.casBasedBuilder(connection)
              .expirationAfterWrite(
                  ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                      Duration.ofSeconds(10)))
              .build();
      shared = known;
    }
    return known;
  }
}
