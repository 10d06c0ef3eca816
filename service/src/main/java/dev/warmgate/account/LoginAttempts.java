package dev.warmgate.account;

import dev.warmgate.password.HashCost;
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
 * Counts attempts to prove a password. An attempt is counted against its account before the
 * password is checked, and refunded unless the password was wrong: concurrent guesses are all
 * counted, and correct passwords cost nothing.
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
   * Begins a login attempt and reserves a slot in the hashing gate before anything is read. An
   * attempt by a known device is counted against that device, so that nobody else can use up its
   * attempts, and against the account only when the device has none left.
   *
   * @throws ApiException 429 if there were too many attempts, after up to a second if open ones may
   *     still be refunded; 503 if the hashing gate is full
   */
  Attempt toLogIn(String emailKey, @Nullable Device device) {
    return begin(device == null ? List.of(emailKey) : List.of(bucket(device), emailKey));
  }

  /**
   * Begins an attempt of a caller who is logged in. It is counted against their session only, so
   * that the thief of a token cannot keep the owner, who logs in again, from changing the password.
   */
  Attempt toProveAgain(UUID sessionId) {
    return begin(List.of(bucket(sessionId)));
  }

  /**
   * Unlocks an account by forgetting its failed attempts. Those of known devices stay counted,
   * since a device without attempts left uses those of the account.
   */
  public void forget(String emailKey) {
    limits.forget(Limit.FAILED_LOGIN, emailKey);
  }

  // The space keeps these names apart from e-mail addresses, which have none.
  private static String bucket(Device device) {
    return "device " + device.id();
  }

  private static String bucket(UUID sessionId) {
    return "session " + sessionId;
  }

  /** The clients of the warm-up use one account, but none waits for another. */
  private static String inFlightName(String bucket) {
    return DecoyRules.isLimited() ? bucket : "warm-up " + Thread.currentThread().threadId();
  }

  private Attempt begin(List<String> buckets) {
    if (!limits.areOn()) {
      return new Attempt(gate.reserve(), null, count(buckets));
    }
    InFlight.Place place =
        inFlight
            .enter(inFlightName(buckets.getFirst()))
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
   * Where an attempt was counted, or how long until it can be.
   *
   * @param bucket {@code null} if every bucket is empty
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

  /** One attempt that has been counted; used by one thread. */
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
     * Counts the attempt against the account instead, since the device belongs to another account.
     *
     * @throws ApiException 429 if there were too many attempts
     */
    void countAgainst(String emailKey) {
      refund();
      counted = count(List.of(emailKey));
      if (counted.bucket() == null) {
        throw limits.refusal(Limit.FAILED_LOGIN, counted.retryAfter());
      }
    }

    /** Computes the one hash of the attempt, of that cost, then frees the slot for others. */
    <T> T hash(HashCost cost, Supplier<T> work) {
      try {
        return slot.run(cost, work);
      } finally {
        slot.close();
        hashed = true;
      }
    }

    /** Notes that the password was wrong. An attempt that ends in any other way is refunded. */
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
      // Last, since the next attempt in line may need the refund.
      if (place != null) {
        place.close();
      }
    }
  }
}
