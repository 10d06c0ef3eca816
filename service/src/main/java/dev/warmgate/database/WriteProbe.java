package dev.warmgate.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether PostgreSQL answers and would accept and confirm a change; never uses a
 * connection that a request could need. When the state changes, the idle connections for requests
 * are replaced before a request gets one: they are dead, or lead to a server that has become
 * read-only or was it.
 */
final class WriteProbe {
  private static final Logger log = LoggerFactory.getLogger(WriteProbe.class);

  /** A connection keeps what its session began with, so it may be read-only for longer. */
  private static final long RECONNECT_NANOS = Duration.ofSeconds(1).toNanos();

  private static final String READ_ONLY = "current_setting('transaction_read_only')::boolean";

  enum State {
    WRITABLE,
    /** A standby, or a database or role that is set to read only. */
    READ_ONLY,
    /** Commits wait for a synchronous standby, see {@link CommitWaits}. */
    COMMITS_WAIT
  }

  private final Jdbi background;
  private final HikariDataSource backgroundPool;
  private final HikariDataSource requestPool;
  private final WarmConnections requestConnections;

  /** {@code null} while it does not answer. */
  private final AtomicReference<@Nullable State> last = new AtomicReference<>();

  private volatile long reconnectedNanos = System.nanoTime() - RECONNECT_NANOS;

  WriteProbe(
      Jdbi background,
      HikariDataSource backgroundPool,
      HikariDataSource requestPool,
      WarmConnections requestConnections) {
    this.background = background;
    this.backgroundPool = backgroundPool;
    this.requestPool = requestPool;
    this.requestConnections = requestConnections;
  }

  /**
   * @return what PostgreSQL accepts
   * @throws RuntimeException if it does not answer
   */
  State state() {
    State found;
    try {
      found = ask();
    } catch (RuntimeException failed) {
      if (!CommitWaits.areReasonOf(failed)) {
        note(null);
        throw failed;
      }
      found = State.COMMITS_WAIT;
    }
    note(found);
    if (found == State.READ_ONLY) {
      reconnect();
    }
    return found;
  }

  private State ask() {
    return background.withHandle(handle -> {
      boolean readOnly = handle.createQuery("SELECT " + READ_ONLY).mapTo(Boolean.class).one();
      if (readOnly) {
        return State.READ_ONLY;
      }
      try {
        return CommitWaits.exist(handle.getConnection()) ? State.COMMITS_WAIT : State.WRITABLE;
      } catch (SQLException failed) {
        throw new ConnectionException(failed);
      }
    });
  }

  private void note(@Nullable State found) {
    State before = last.getAndSet(found);
    if (before == found) {
      return;
    }
    if (found == State.READ_ONLY) {
      log.warn("PostgreSQL is read-only: logins and all other changes fail until it is writable");
    } else if (found == State.COMMITS_WAIT) {
      log.warn(
          "PostgreSQL's commits wait for a synchronous standby: logins and all other changes fail"
              + " until it is back or no longer in synchronous_standby_names");
    } else if (before != null && found == State.WRITABLE) {
      log.info("PostgreSQL is writable again");
    }
    if (before != null && requestPool.isRunning()) {
      // First those that the pool has not taken yet, or it would take them now.
      requestConnections.discard();
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
