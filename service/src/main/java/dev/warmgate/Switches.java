package dev.warmgate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * Each thing that makes Warmgate fast or safe under load can be turned off ({@code off} in YAML),
 * to measure what it is worth or to go back without a release.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Switches(Boolean fastLane, Boolean hashingBound, Boolean rateLimits) {
  public Switches(
      @Nullable Boolean fastLane, @Nullable Boolean hashingBound, @Nullable Boolean rateLimits) {
    this.fastLane = fastLane == null || fastLane;
    this.hashingBound = hashingBound == null || hashingBound;
    this.rateLimits = rateLimits == null || rateLimits;
  }
}
