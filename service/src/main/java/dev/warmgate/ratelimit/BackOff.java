package dev.warmgate.ratelimit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BandwidthBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The back-off after too many failed logins. Once the bucket is empty, the next attempt is allowed
 * after one step (a minute, for a rate of 10 in 10 minutes), further ones after 1, 2, 4, 8 and 16
 * more steps, and then one every 16 steps. This slows guessing down without locking the account for
 * good; the back-off decays after a few hours without failures.
 *
 * <p>It is a single token bucket with one bandwidth per waiting time; an attempt takes a token from
 * each of them. Every bandwidth holds one token more than the one before and refills half as fast,
 * so each attempt brings the next slower one into effect. Taking and refunding a token stay atomic.
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
