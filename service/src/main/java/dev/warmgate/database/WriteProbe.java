package dev.warmgate.database;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether PostgreSQL answers and would accept a change; never uses a connection that a
 * request could need. When the state changes, the idle connections for requests are replaced before
 * a request gets one: they are dead, or lead to a server that has become read-only or was it.
 */
final class WriteProbe {
  private static final Logger log = LoggerFactory.getLogger(WriteProbe.class);

  /** A connection keeps what its session began with, so it may be read-only for longer. */
  private static final long RECONNECT_NANOS = Duration.ofSeconds(1).toNanos();

  enum State {
    WRITABLE,
    /** A standby, or a database or role that is set to read only. */
    READ_ONLY,
    DOWN
  }

  private final Jdbi background;
  private final HikariDataSource backgroundPool;
  private final HikariDataSource requestPool;
  private final AtomicReference<State> last = new AtomicReference<>(State.DOWN);
  private volatile long reconnectedNanos = System.nanoTime() - RECONNECT_NANOS;

  WriteProbe(Jdbi background, HikariDataSource backgroundPool, HikariDataSource requestPool) {
    this.background = background;
    this.backgroundPool = backgroundPool;
    this.requestPool = requestPool;
  }

  /**
   * @return whether PostgreSQL accepts changes
   * @throws RuntimeException if it does not answer
   */
  boolean isWritable() {
    try {
      boolean readOnly =
          background.withHandle(handle ->
              handle
                  .createQuery("SELECT current_setting('transaction_read_only')::boolean")
                  .mapTo(Boolean.class)
                  .one());
      note(readOnly ? State.READ_ONLY : State.WRITABLE);
      if (readOnly) {
        reconnect();
      }
      return !readOnly;
    } catch (RuntimeException failed) {
      note(State.DOWN);
      throw failed;
    }
  }

  private void note(State found) {
    State before = last.getAndSet(found);
    if (before == found) {
      return;
    }
    if (found == State.READ_ONLY) {
      log.warn("PostgreSQL is read-only: logins and all other changes fail until it is writable");
    } else if (before == State.READ_ONLY && found == State.WRITABLE) {
      log.info("PostgreSQL is writable again");
    }
    if (before != State.DOWN && requestPool.isRunning()) {
      requestPool.getHikariPoolMXBean().softEvictConnections();
    }
  }

  /** Lets the next probe see what a new session is allowed, about once a second. */
  private void reconnect() {
    long now = System.nanoTime();
    if (now - reconnectedNanos >= RECONNECT_NANOS) {
      reconnectedNanos = now;
      backgroundPool.getHikariPoolMXBean().softEvictConnections();
    }
  }
}
