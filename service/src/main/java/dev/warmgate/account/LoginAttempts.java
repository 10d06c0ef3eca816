package dev.warmgate.account;

import dev.warmgate.password.HashingGate;
import dev.warmgate.problem.ApiException;
import dev.warmgate.ratelimit.InFlight;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.Limit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every attempt to prove a password. It is counted against its account before the password is
 * looked at, and given back unless the password was wrong: so guesses made side by side count one
 * by one, and right passwords count for nothing.
 */
public final class LoginAttempts {
  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  private final RateLimits limits;
  private final HashingGate gate;
  private final InFlight inFlight;

  public LoginAttempts(RateLimits limits, HashingGate gate) {
    this(limits, gate, new InFlight());
  }

  LoginAttempts(RateLimits limits, HashingGate gate, InFlight inFlight) {
    this.limits = limits;
    this.gate = gate;
    this.inFlight = inFlight;
  }

  /**
   * Begins an attempt to log in; it has a slot in the hashing gate, which nothing is read before.
   * One by a known device is counted against that device, so that nobody else can use its attempts
   * up, and against the account only when the device has none left.
   *
   * @throws ApiException 429 if there were too many, after a wait of up to a second if others are
   *     still open; 503 if there is too much to hash
   */
  Attempt toLogIn(String emailKey, @Nullable Device device) {
    return begin(device == null ? List.of(emailKey) : List.of(bucket(device), emailKey));
  }

  /**
   * Begins an attempt of somebody who is logged in. Only their session can use these up: whoever
   * has stolen a token must not keep the owner, who logs in anew, from changing the password.
   */
  Attempt toProveAgain(UUID sessionId) {
    return begin(List.of(bucket(sessionId)));
  }

  /**
   * Unlocks an account: whatever was tried before, it can be tried anew. What a known device has
   * left stays as it is, since without it the account's own attempts count.
   */
  public void forget(String emailKey) {
    limits.forget(Limit.FAILED_LOGIN, emailKey);
  }

  // No e-mail address has a space in it.
  private static String bucket(Device device) {
    return "device " + device.id();
  }

  private static String bucket(UUID sessionId) {
    return "session " + sessionId;
  }

  private Attempt begin(List<String> buckets) {
    if (!limits.areOn() || !DecoyRules.isLimited()) {
      return new Attempt(gate.reserve(), null, count(buckets));
    }
    InFlight.Place place =
        inFlight
            .enter(buckets.getFirst())
            .orElseThrow(() -> limits.refusal(Limit.FAILED_LOGIN, A_MOMENT));
    try {
      Counted counted;
      do {
        HashingGate.Slot slot = gate.reserve();
        counted = count(buckets);
        if (counted.bucket() != null) {
          return new Attempt(slot, place, counted);
        }
        slot.close();
      } while (place.awaitAnother());
      throw limits.refusal(Limit.FAILED_LOGIN, counted.retryAfter());
    } catch (RuntimeException refused) {
      place.close();
      throw refused;
    }
  }

  /**
   * Where an attempt was counted, or how long until it could be.
   *
   * @param bucket {@code null} if all are empty
   */
  private record Counted(@Nullable String bucket, Duration retryAfter) {}

  private Counted count(List<String> buckets) {
    Duration shortest = Duration.ofDays(1);
    for (String bucket : buckets) {
      Optional<Duration> wait = limits.tryTake(Limit.FAILED_LOGIN, bucket);
      if (wait.isEmpty()) {
        return new Counted(bucket, Duration.ZERO);
      }
      shortest = wait.get().compareTo(shortest) < 0 ? wait.get() : shortest;
    }
    return new Counted(null, shortest);
  }

  /** One attempt, counted; used by one thread. */
  final class Attempt implements AutoCloseable {
    private final HashingGate.Slot slot;
    private final InFlight.@Nullable Place place;
    private Counted counted;
    private boolean hashed;
    private boolean failed;

    private Attempt(HashingGate.Slot slot, InFlight.@Nullable Place place, Counted counted) {
      this.slot = slot;
      this.place = place;
      this.counted = counted;
    }

    /**
     * Counts it against the account after all: the device was none of it.
     *
     * @throws ApiException 429 if there were too many
     */
    void countAgainst(String emailKey) {
      refund();
      counted = count(List.of(emailKey));
      if (counted.bucket() == null) {
        throw limits.refusal(Limit.FAILED_LOGIN, counted.retryAfter());
      }
    }

    /** Does the one hash of the attempt, and then lets others hash. */
    <T> T hash(Supplier<T> work) {
      try {
        return slot.run(work);
      } finally {
        slot.close();
        hashed = true;
      }
    }

    /** The password was wrong. What ends in any other way was no guess, and does not count. */
    void failed() {
      failed = true;
    }

    private void refund() {
      if (counted.bucket() != null) {
        limits.refund(Limit.FAILED_LOGIN, counted.bucket());
      }
    }

    @Override
    public void close() {
      if (!hashed) {
        slot.close();
      }
      if (!failed) {
        refund();
      }
      // Last, since whoever waits for the place may need what was given back.
      if (place != null) {
        place.close();
      }
    }
  }
}
