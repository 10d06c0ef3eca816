package dev.warmgate.revocation;

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
 * Knows what was revoked, here or by any other replica, for as long as an access token lives: reads
 * PostgreSQL once a second, and at once when somebody announces something. If PostgreSQL cannot be
 * read, what is known stays known and {@link #age} grows; a lost announcement costs a second.
 */
public final class RevocationFeed implements Managed {
  private static final Logger log = LoggerFactory.getLogger(RevocationFeed.class);
  private static final String CHANNEL = "warmgate:revoked";
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration FORGET_INTERVAL = Duration.ofMinutes(1);

  /** For clocks that differ and transactions that take their time. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  private final RevocationDao dao;
  private final Redis redis;
  private final Duration keep;

  /** With the {@link System#nanoTime} until which it must be kept. */
  private final Map<Revoked, Long> revoked = new ConcurrentHashMap<>();

  private final Map<String, EndedSessions> accounts = new ConcurrentHashMap<>();

  private final List<Consumer<Revoked>> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong asked = new AtomicLong();
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread =
      Thread.ofPlatform().name("revocations").daemon().unstarted(this::run);

  // Changed by the one who holds the lock.
  private Set<Long> seen = Set.of();
  private long horizon;
  private long answered;
  private boolean away;

  private volatile boolean loaded;
  private volatile boolean stopping;
  private volatile long readAtNanos;

  /**
   * @param tokenLifetime what is older than this matters to nobody
   */
  public RevocationFeed(RevocationDao dao, Redis redis, Duration tokenLifetime) {
    this.dao = dao;
    this.redis = redis;
    this.keep = tokenLifetime.plus(SLACK);
    redis.subscribe(CHANNEL, wake::release);
  }

  /** Calls somebody, on the feed's own thread or an announcer's, for each new revocation. */
  public void listen(Consumer<Revoked> listener) {
    listeners.add(listener);
  }

  public boolean isRevoked(Revoked ref) {
    return revoked.containsKey(ref);
  }

  /**
   * Whether a session has been ended, by itself or with all others of its account.
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

  /** How old the knowledge is; a very long time before the first reading. */
  public Duration age() {
    return loaded ? Duration.ofNanos(System.nanoTime() - readAtNanos) : Duration.ofDays(365);
  }

  /** Whether the knowledge is younger than that; asked at every hit of a cache. */
  public boolean isFresh(long maxAgeNanos) {
    return loaded && System.nanoTime() - readAtNanos <= maxAgeNanos;
  }

  /**
   * Reads everything that still matters.
   *
   * @throws RuntimeException if PostgreSQL cannot be read
   */
  public void load() {
    read();
  }

  /**
   * To be called after a revocation was committed: when this returns it holds on this replica, and
   * the others have been told. If either fails it is caught up within a second.
   */
  public void announce() {
    try {
      read();
    } catch (RuntimeException databaseAway) {
      log.debug("revocations not read: {}", databaseAway.getMessage());
    }
    redis.publish(CHANNEL);
  }

  /** Whoever waited while another one read what he came for is done. */
  private void read() {
    long ticket = asked.incrementAndGet();
    List<Revoked> fresh;
    synchronized (this) {
      if (answered >= ticket) {
        return;
      }
      long upTo = asked.get();
      fresh = readRows();
      answered = upTo;
    }
    fresh.forEach(ref -> listeners.forEach(listener -> listener.accept(ref)));
  }

  private List<Revoked> readRows() {
    long began = System.nanoTime();
    List<RevocationDao.Row> rows = loaded ? dao.since(horizon) : dao.youngerThan(keep.toSeconds());
    if (rows.getFirst().horizon() < horizon) {
      // Transactions are counted anew: another PostgreSQL, restored from a backup.
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
    long forgot = System.nanoTime();
    try {
      while (!stopping) {
        boolean _ = wake.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
        // The warm-up reads first: before it there may be no table.
        if (loaded) {
          follow();
        }
        if (System.nanoTime() - forgot > FORGET_INTERVAL.toNanos()) {
          forgot = System.nanoTime();
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
      if (away) {
        log.info("revocations are read again");
      }
      away = false;
    } catch (RuntimeException databaseAway) {
      if (!away) {
        log.warn("revocations cannot be read: {}", databaseAway.getMessage());
      }
      away = true;
    }
  }

  private void forget() {
    long now = System.nanoTime();
    revoked.values().removeIf(until -> now - until > 0);
    accounts.values().removeIf(ended -> now - ended.keptUntilNanos() > 0);
  }

  /** After so many seconds a revocation matters to nobody any more. */
  public long keepSeconds() {
    return 2 * keep.toSeconds();
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() throws InterruptedException {
    // No interrupt: it would break a connection that a reading is using.
    stopping = true;
    wake.release();
    thread.join(INTERVAL);
  }
}
