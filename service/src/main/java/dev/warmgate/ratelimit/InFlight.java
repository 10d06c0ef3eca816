package dev.warmgate.ratelimit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Limits the concurrent login attempts of one account in this process, so that it cannot occupy all
 * hashing threads; a few more wait for a short time, and others get no place. The bucket of failed
 * logins, not this class, counts the guesses across all replicas.
 */
public final class InFlight {
  /**
   * The default size of the bucket of failed logins, since each attempt holds a token until it
   * ends.
   */
  public static final int MOST_PER_ACCOUNT = 10;

  /** A waiting attempt holds a request thread and nothing else. */
  public static final int MOST_WAITING = 16;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final ConcurrentMap<String, Group> groups = new ConcurrentHashMap<>();
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final long longestWaitNanos;

  public InFlight() {
    this(LONGEST_WAIT);
  }

  public InFlight(Duration longestWait) {
    longestWaitNanos = longestWait.toNanos();
  }

  /** Takes a place, waiting for a short time if necessary; empty if none becomes free in time. */
  public Optional<Place> enter(String account) {
    long deadline = System.nanoTime() + longestWaitNanos;
    Group group =
        groups.compute(
            account,
            (key, known) -> {
              Group joined = known == null ? new Group() : known;
              joined.users++;
              return joined;
            });
    Place place = new Place(account, group, deadline);
    if (group.enter(deadline)) {
      place.inside = true;
      return Optional.of(place);
    }
    place.close();
    return Optional.empty();
  }

  /** Returns the number of accounts with attempts in flight. */
  int accounts() {
    return groups.size();
  }

  /** The right to make an attempt; not thread-safe. */
  public final class Place implements AutoCloseable {
    private final String account;
    private final Group group;
    private final long deadline;
    private boolean inside;

    private Place(String account, Group group, long deadline) {
      this.account = account;
      this.group = group;
      this.deadline = deadline;
    }

    /**
     * Waits until another attempt of the account has ended, since that may return the token that
     * this one lacks. Meanwhile the place is free for another attempt.
     *
     * @return whether another attempt ended in time
     */
    public boolean awaitAnother() {
      inside = group.enterAfterAnother(deadline);
      return inside;
    }

    @Override
    public void close() {
      if (inside) {
        group.leave();
        inside = false;
      }
      groups.computeIfPresent(account, (key, joined) -> --joined.users == 0 ? null : joined);
    }
  }

  private final class Group {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int inside;
    private long ended;

    /** Places that are held or waited for; changed only inside the map's atomic operations. */
    private int users;

    boolean enter(long deadline) {
      lock.lock();
      try {
        if (inside >= MOST_PER_ACCOUNT && !await(() -> inside < MOST_PER_ACCOUNT, deadline)) {
          return false;
        }
        inside++;
        return true;
      } finally {
        lock.unlock();
      }
    }

    boolean enterAfterAnother(long deadline) {
      lock.lock();
      try {
        inside--;
        changed.signalAll();
        long before = ended;
        // Do not wait if all others wait as well: none of them would ever end.
        boolean woken =
            inside > 0
                && await(
                    () -> inside == 0 || (ended != before && inside < MOST_PER_ACCOUNT), deadline);
        if (!woken || ended == before) {
          return false;
        }
        inside++;
        return true;
      } finally {
        lock.unlock();
      }
    }

    void leave() {
      lock.lock();
      try {
        inside--;
        ended++;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private boolean await(BooleanSupplier condition, long deadline) {
      if (!waiting.tryAcquire()) {
        return false;
      }
      try {
        long left = deadline - System.nanoTime();
        while (!condition.getAsBoolean() && left > 0) {
          left = changed.awaitNanos(left);
        }
        return condition.getAsBoolean();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        waiting.release();
      }
    }
  }
}
