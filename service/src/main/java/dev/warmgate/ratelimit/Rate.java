package dev.warmgate.ratelimit;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.dropwizard.util.Duration;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BandwidthBuilder;

/** A number of requests per period, written {@code 60/1m}: a token bucket of that size. */
public record Rate(long count, Duration per) {
  private static final long MOST_DAYS = 366;

  /**
   * @throws IllegalArgumentException if the text is not a rate
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Rate parse(String text) {
    String[] parts = text.strip().split("/", -1);
    if (parts.length != 2
        || !parts[0].matches("[1-9][0-9]{0,8}")
        || !parts[1].matches("[1-9][0-9]{0,5} ?[a-z]+")) {
      throw new IllegalArgumentException("must look like 60/1m");
    }
    Duration per;
    try {
      per = Duration.parse(parts[1]);
    } catch (IllegalArgumentException invalid) {
      throw new IllegalArgumentException("must look like 60/1m", invalid);
    }
    if (per.toDays() > MOST_DAYS) {
      throw new IllegalArgumentException("must have a period of at most " + MOST_DAYS + "d");
    }
    return new Rate(Long.parseLong(parts[0]), per);
  }

  /** Returns a bucket that refills all the time: the first period allows up to twice the number. */
  Bandwidth refilledEvenly() {
    return BandwidthBuilder.builder()
        .capacity(count)
        .refillGreedy(count, per.toJavaDuration())
        .build();
  }

  /** Returns a bucket that is filled up when a period ends; the first one begins with its use. */
  Bandwidth refilledAtOnce() {
    return BandwidthBuilder.builder()
        .capacity(count)
        .refillIntervally(count, per.toJavaDuration())
        .build();
  }
}
