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
 * How many attempts of one account are made at once: side by side, but no more of them than its
 * bucket holds tokens, since each holds one until it turns out right or wrong. A few more wait, for
 * a short time. Counted in this process, without asking anybody: over all replicas the bucket
 * counts the guesses, and this only keeps one account from taking up the hashing threads.
 */
public final class InFlight {
  public static final int MOST_PER_ACCOUNT = 10;

  /** Who waits here holds a thread of the server and nothing else. */
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

  /** A place, after a wait if need be; nothing if there is none in time. */
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

  /** How many accounts have attempts in flight. */
  int accounts() {
    return groups.size();
  }

  /** The right to make an attempt; used by one thread. */
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
     * Waits until another attempt of the account has ended, since it may give back what this one
     * lacks; meanwhile the place is somebody else's.
     *
     * @return whether one has, in time
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

    /** Places handed out and asked for; changed by the map only, one at a time. */
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
        // Were all others waiting as well, none of them would ever end.
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
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        waiting.release();
      }
    }
  }
}
