package dev.warmgate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * Switches off ({@code off} in YAML) what makes Warmgate fast or safe under load, one feature at a
 * time, to measure its effect or to go back without a release.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record FeatureSwitches(
    Boolean fastLane,
    Boolean hashingBound,
    Boolean rateLimits,
    Boolean pool,
    Boolean warmup,
    Boolean warmupHttp,
    Boolean tokenCache) {
  static final FeatureSwitches ON = new FeatureSwitches(null, null, null, null, null, null, null);

  public FeatureSwitches(
      @Nullable Boolean fastLane,
      @Nullable Boolean hashingBound,
      @Nullable Boolean rateLimits,
      @Nullable Boolean pool,
      @Nullable Boolean warmup,
      @Nullable Boolean warmupHttp,
      @Nullable Boolean tokenCache) {
    this.fastLane = fastLane == null || fastLane;
    this.hashingBound = hashingBound == null || hashingBound;
    this.rateLimits = rateLimits == null || rateLimits;
    this.pool = pool == null || pool;
    this.warmup = warmup == null || warmup;
    this.warmupHttp = warmupHttp == null || warmupHttp;
    this.tokenCache = tokenCache == null || tokenCache;
  }
}
