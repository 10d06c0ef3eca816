package dev.warmgate.ratelimit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.warmgate.problem.ApiException;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConnection;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Quota;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.telemetry.Telemetry;
import dev.warmgate.telemetry.Unrecorded;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConfigurationBuilder;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.local.LocalBucketBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.context.Scope;
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
 * Rate limits as token buckets that all replicas share in Redis. Each replica counts by itself,
 * too, and permits nothing that either count refuses: where Redis does not answer, be it a single
 * command, its own count holds. So without Redis limits are multiplied by the number of replicas,
 * but never lifted.
 */
public final class RateLimits {
  private static final int MAX_LOCAL_BUCKETS = 100_000;
  private static final String FORGOTTEN = "warmgate:limits-forgotten";
  private static final String WARM_UP = "warm-up " + UUID.randomUUID();

  /**
   * With the default configuration no bucket takes longer to refill, so an expired one was full
   * anyway.
   */
  private static final Duration LONGEST_REFILL = Duration.ofDays(1);

  private final boolean enabled;
  private final Redis redis;
  private final Map<Limit, BucketConfiguration> rules = new EnumMap<>(Limit.class);
  private final Map<Limit, String> policies = new EnumMap<>(Limit.class);
  private final LoadingCache<BucketName, Bucket> local;
  private final LongCounter limited;
  private final Map<Limit, Attributes> limits = new EnumMap<>(Limit.class);
  private final LongAdder limitedSinceStart = new LongAdder();
  private final SharedBuckets shared;

  /**
   * @param secrets keys that sign other things too; buckets are named with a key derived from the
   *     newest
   * @param enabled {@code false} ({@code RATE_LIMITS=off}) disables all limits; for load tests
   */
  public RateLimits(
      RateLimitsConfiguration configuration,
      SecretKeys secrets,
      boolean enabled,
      Redis redis,
      OpenTelemetry telemetry) {
    this.shared = new SharedBuckets(secrets);
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
    // Of one bucket, but this is rare, and says nothing of it to readers of Redis.
    redis.subscribe(FORGOTTEN, local::invalidateAll);
    this.limited =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.RATE_LIMITED).build();
    for (Limit limit : Limit.values()) {
      Attributes attributes = Attributes.of(Telemetry.LIMIT, limit.toString());
      limits.put(limit, attributes);
      // Creates the series at zero, so that the first refusal shows up as an increase.
      limited.add(0, attributes);
    }
  }

  private static List<Bandwidth> bandwidths(Limit limit, Rate rate) {
    return switch (limit) {
      case FAILED_LOGIN, FAILED_FACTOR -> BackOff.after(rate);
      case FAILED_CODE -> List.of(rate.refilledAtOnce());
      default -> List.of(rate.refilledEvenly());
    };
  }

  private Bucket inMemory(Limit limit) {
    LocalBucketBuilder bucket = Bucket.builder();
    for (Bandwidth bandwidth : rules.get(limit).getBandwidths()) {
      bucket.addLimit(bandwidth);
    }
    return bucket.build();
  }

  /** Returns whether rate limits are enabled. */
  public boolean areOn() {
    return enabled;
  }

  /**
   * Takes one token.
   *
   * @param subject the owner of the bucket: a client address, an account or a session
   * @return the remaining quota, or {@code null} if clients are not told about this limit
   * @throws ApiException with {@code Retry-After} if the bucket is empty: 429, or 503 for a session
   */
  public @Nullable Quota take(Limit limit, String subject) {
    if (!enabled) {
      return null;
    }
    ConsumptionProbe probe = consume(limit, subject);
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
   * Counts a request against its client address, unless it belongs to a load test. A request that
   * costs more than its endpoint declares is counted again.
   *
   * @throws ApiException 429 if the limit is exceeded
   */
  public void count(RequestContext request, Limit limit) {
    request.markCounted();
    if (!request.isOfLoadTest()) {
      String address =
          Objects.requireNonNull(request.clientAddress(), "no filter has set the client address");
      request.allow(take(limit, address));
    }
  }

  /**
   * Takes one token if the bucket is not empty.
   *
   * @return the time until the next token, or empty if a token was taken
   */
  public Optional<Duration> tryTake(Limit limit, String subject) {
    if (!enabled) {
      return Optional.empty();
    }
    ConsumptionProbe probe = consume(limit, subject);
    return isRefused(probe)
        ? Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()))
        : Optional.empty();
  }

  private ConsumptionProbe consume(Limit limit, String subject) {
    BucketName key = key(limit, subject);
    Bucket own = local.get(key);
    ConsumptionProbe here = own.tryConsumeAndReturnRemaining(1);
    if (isRefused(here) || !limit.shared()) {
      return here;
    }
    Optional<ConsumptionProbe> everywhere =
        inRedis(key, bucket -> bucket.tryConsumeAndReturnRemaining(1));
    if (here.isConsumed() && everywhere.filter(probe -> !probe.isConsumed()).isPresent()) {
      own.addTokens(1);
    }
    return everywhere.orElse(here);
  }

  private static boolean isRefused(ConsumptionProbe probe) {
    return !probe.isConsumed() && DecoyRules.isLimited();
  }

  /** Creates the refusal of a request and counts it. */
  public ApiException refusal(Limit limit, Duration retryAfter) {
    limited.add(1, limits.get(limit));
    limitedSinceStart.increment();
    return ApiException.retryAfter(
        limit.problem(), retryAfter, Quota.of(policies.get(limit), limit, 0, retryAfter).fields());
  }

  /** Returns a token, for an attempt that turned out not to count. */
  public void refund(Limit limit, String subject) {
    if (enabled) {
      BucketName key = key(limit, subject);
      local.get(key).addTokens(1);
      if (limit.shared()) {
        var _ =
            inRedis(
                key,
                bucket -> {
                  bucket.addTokens(1);
                  return true;
                });
      }
    }
  }

  /**
   * Resets a bucket to full: on all replicas, or only on this one while Redis is unavailable. What
   * the replicas count by themselves is forgotten as a whole, as with a start.
   */
  public void forget(Limit limit, String subject) {
    BucketName key = key(limit, subject);
    local.invalidate(key);
    redis.call(connection -> {
      shared.remove(connection, key);
      return true;
    });
    redis.publish(FORGOTTEN);
  }

  /** Requests of the warm-up use Redis like any other, but a separate bucket. */
  private static BucketName key(Limit limit, String subject) {
    return new BucketName(limit, DecoyRules.isLimited() ? subject : WARM_UP);
  }

  /** Returns the number of requests refused since the start of the process. */
  public long refused() {
    return limitedSinceStart.sum();
  }

  private <T> Optional<T> inRedis(BucketName key, Function<Bucket, T> action) {
    return redis.call(connection -> inRedis(connection, key, action));
  }

  private <T> T inRedis(RedisConnection connection, BucketName key, Function<Bucket, T> action) {
    long asked = System.nanoTime();
    // A login changes its buckets three times; each command for that would be a span.
    try (Scope _ = Unrecorded.context().makeCurrent()) {
      return action.apply(shared.get(connection, key, rules.get(key.limit())));
    } finally {
      RequestContext.record(
          Timeline.Kind.REDIS, key.limit().bucketName(), asked, System.nanoTime());
    }
  }
}
