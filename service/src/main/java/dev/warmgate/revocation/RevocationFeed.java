package dev.warmgate.revocation;

import dev.warmgate.logging.RootCause;
import dev.warmgate.redis.Redis;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the revocations of all replicas for as long as an access token lives; it reads them from
 * PostgreSQL once a second and after each announcement. While PostgreSQL is unavailable, known
 * revocations stay in effect and {@link #age} grows.
 */
public final class RevocationFeed implements Managed {
  private static final Logger log = LoggerFactory.getLogger(RevocationFeed.class);
  private static final String CHANNEL = "warmgate:revoked";
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration FORGET_INTERVAL = Duration.ofMinutes(1);

  /** Allows for clock differences and slow transactions. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  private final RevocationDao dao;
  private final Redis redis;
  private final Duration keep;

  /** Each with the {@link System#nanoTime} until which it must be kept. */
  private final Map<Revoked, Long> revoked = new ConcurrentHashMap<>();

  private final Map<String, EndedSessions> accounts = new ConcurrentHashMap<>();

  private final List<Consumer<Revoked>> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong requestedReads = new AtomicLong();
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread =
      Thread.ofPlatform().name("revocations").daemon().unstarted(this::run);

  // Guarded by this.
  private Set<Long> seen = Set.of();
  private long horizon;
  private long completedReads;
  // Used by the feed's thread only.
  private boolean failing;

  private volatile boolean loaded;
  private volatile boolean stopping;
  private volatile long readAtNanos;

  /**
   * @param tokenLifetime revocations older than this, plus slack, are dropped
   */
  public RevocationFeed(RevocationDao dao, Redis redis, Duration tokenLifetime) {
    this.dao = dao;
    this.redis = redis;
    this.keep = tokenLifetime.plus(SLACK);
    redis.subscribe(CHANNEL, wake::release);
  }

  /**
   * Registers a listener for new revocations; it runs on the feed's thread or on an announcer's.
   */
  public void listen(Consumer<Revoked> listener) {
    listeners.add(listener);
  }

  public boolean isRevoked(Revoked ref) {
    return revoked.containsKey(ref);
  }

  /**
   * Returns whether a session has ended, by itself or together with all sessions of its account.
   *
   * @param account as {@link Revoked#account}
   */
  public boolean isOver(Revoked account, Revoked session, UUID sessionId, Instant openedAt) {
    if (isRevoked(session)) {
      return true;
    }
    EndedSessions ended = accounts.get(account.ref());
    return ended != null && ended.include(sessionId, openedAt);
  }

  /** Returns the time since the last successful read; a year before the first one. */
  public Duration age() {
    return loaded ? Duration.ofNanos(System.nanoTime() - readAtNanos) : Duration.ofDays(365);
  }

  /** Returns whether the last successful read is recent enough; called at every cache hit. */
  public boolean isFresh(long maxAgeNanos) {
    return loaded && System.nanoTime() - readAtNanos <= maxAgeNanos;
  }

  /**
   * Reads all revocations that are still relevant.
   *
   * @throws RuntimeException if PostgreSQL cannot be read
   */
  public void load() {
    read();
  }

  /**
   * Call this after a revocation was committed. When it returns, the revocation is in effect on
   * this replica and the others have been notified; if either fails, they catch up within a second.
   */
  public void announce() {
    try {
      read();
    } catch (RuntimeException unavailable) {
      log.debug("revocations not read: {}", RootCause.of(unavailable));
    }
    redis.publish(CHANNEL);
  }

  /**
   * A caller that waited for a concurrent read uses its result, if that read started after the
   * call.
   */
  private void read() {
    long ticket = requestedReads.incrementAndGet();
    List<Revoked> fresh;
    synchronized (this) {
      if (completedReads >= ticket) {
        return;
      }
      long upTo = requestedReads.get();
      fresh = readRows();
      completedReads = upTo;
    }
    fresh.forEach(ref -> listeners.forEach(listener -> listener.accept(ref)));
  }

  private List<Revoked> readRows() {
    long began = System.nanoTime();
    List<RevocationDao.Row> rows = loaded ? dao.since(horizon) : dao.youngerThan(keep.toSeconds());
    if (rows.getFirst().horizon() < horizon) {
      // The transaction ids restarted: this is another PostgreSQL, restored from a backup.
      rows = dao.youngerThan(keep.toSeconds());
    }
    List<Revoked> fresh = new ArrayList<>();
    Set<Long> ids = new HashSet<>();
    for (RevocationDao.Row row : rows) {
      if (row.id() != null && ids.add(row.id()) && !seen.contains(row.id())) {
        Revoked ref = Revoked.of(row);
        remember(ref, row, began + keep.toNanos());
        fresh.add(ref);
      }
    }
    seen = ids;
    horizon = rows.getFirst().horizon();
    readAtNanos = began;
    loaded = true;
    return fresh;
  }

  private void remember(Revoked ref, RevocationDao.Row row, long untilNanos) {
    if (row.openedUntil() == null) {
      revoked.put(ref, untilNanos);
    } else {
      accounts.merge(
          ref.ref(),
          new EndedSessions(row.openedUntil(), row.sparedSession(), untilNanos),
          EndedSessions::or);
    }
  }

  private void run() {
    long forgotAt = System.nanoTime();
    try {
      while (!stopping) {
        boolean _ = wake.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
        // The warm-up does the first read, because the table may not exist before.
        if (loaded) {
          follow();
        }
        if (System.nanoTime() - forgotAt > FORGET_INTERVAL.toNanos()) {
          forgotAt = System.nanoTime();
          forget();
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      read();
      if (failing) {
        log.info("revocations are read again");
      }
      failing = false;
    } catch (RuntimeException unavailable) {
      if (!failing) {
        log.warn("revocations cannot be read: {}", RootCause.of(unavailable));
      }
      failing = true;
    }
  }

  private void forget() {
    long now = System.nanoTime();
    revoked.values().removeIf(until -> now - until > 0);
    accounts.values().removeIf(ended -> now - ended.keptUntilNanos() > 0);
  }

  /** Returns the seconds after which a row can be deleted from the database. */
  public long keepSeconds() {
    return 2 * keep.toSeconds();
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() throws InterruptedException {
    // Do not interrupt the thread: that would break a connection in use.
    stopping = true;
    wake.release();
    thread.join(INTERVAL);
  }
}
