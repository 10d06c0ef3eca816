package dev.warmgate.ratelimit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BandwidthBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What comes after an empty bucket of failed logins: whoever goes on gets an attempt after one step
 * (a minute, of 10 in 10 minutes), and further ones after 1, 2, 4, 8 and 16 steps more, from then
 * on one every 16. So guessing gets slow, and yet nobody is locked out for good. It wears off as it
 * came, after a few hours of quiet.
 *
 * <p>It takes nothing but a token bucket with a bandwidth for each wait, of which an attempt needs
 * a token each: every one is a token larger than the one before and refills half as fast, so that
 * the next slower one takes over with each attempt. All of it is taken and given back in one step.
 */
final class BackOff {
  static final int DOUBLINGS = 4;

  private BackOff() {}

  static List<Bandwidth> after(Rate rate) {
    List<Bandwidth> bandwidths = new ArrayList<>();
    Duration period = rate.per().toJavaDuration();
    for (int i = 0; i <= DOUBLINGS; i++) {
      bandwidths.add(
          BandwidthBuilder.builder()
              .capacity(rate.count() + i)
              .refillGreedy(rate.count(), period.multipliedBy(1L << i))
              .build());
    }
    return bandwidths;
  }
}
