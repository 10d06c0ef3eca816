package dev.warmgate.database;

import dev.warmgate.request.RequestContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.ConnectionFactory;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a pool connections that are worth having: opened side by side, the important statements
 * prepared on each. The pool asks on a thread of its own, one at a time; while PostgreSQL is away
 * that thread tries again every 200 ms, says so once, and the first connection that succeeds brings
 * the others along.
 */
@SuppressWarnings("serial")
final class WarmConnections extends PGSimpleDataSource {
  private static final Logger log = LoggerFactory.getLogger(WarmConnections.class);
  private static final Duration RETRY = Duration.ofMillis(200);

  /** In which a pool has taken what was opened for it; it takes one every 30 ms. */
  private static final Duration TAKEN = Duration.ofSeconds(10);

  /** What a DAO uses on this thread while a new connection is being prepared. */
  private static final ScopedValue<Connection> BEING_PREPARED = ScopedValue.newInstance();

  private final String name;
  private final int size;
  private final Queue<Connection> ready = new ConcurrentLinkedQueue<>();
  private final List<Runnable> statements = new CopyOnWriteArrayList<>();
  private volatile boolean away;

  WarmConnections(String name, int size, DatabaseConfiguration configuration) {
    this.name = name;
    this.size = size;
    setUrl(configuration.url().jdbcUrl());
    setUser(configuration.url().user());
    setPassword(configuration.url().password());
    setApplicationName("warmgate-" + name);
    setConnectTimeout((int) configuration.connectTimeout().toSeconds());
    setSocketTimeout((int) configuration.socketTimeout().toSeconds());
    // Prepared on the server from the first use on: the login path runs few statements, always the
    // same.
    setPrepareThreshold(1);
  }

  /** Runs on every connection opened from now on; must change nothing. */
  void prepare(List<Runnable> onEach) {
    statements.addAll(onEach);
  }

  /** The same connections for DAOs, and the one that is being prepared for those that prepare. */
  ConnectionFactory forDaos(ConnectionFactory pool) {
    return new ConnectionFactory() {
      @Override
      public Connection openConnection() throws SQLException {
        return BEING_PREPARED.isBound() ? BEING_PREPARED.get() : pool.openConnection();
      }

      @Override
      public void closeConnection(Connection connection) throws SQLException {
        if (!BEING_PREPARED.isBound()) {
          connection.close();
        }
      }
    };
  }

  @Override
  public Connection getConnection() throws SQLException {
    while (true) {
      Connection opened = ready.poll();
      if (opened != null) {
        return opened;
      }
      try {
        Connection made = open();
        if (away) {
          away = false;
          log.info("PostgreSQL is back pool={}", name);
          Thread.ofVirtual().start(this::bringTheOthers);
        }
        return made;
      } catch (SQLException failed) {
        if (!away) {
          away = true;
          log.warn("no connection to PostgreSQL pool={}: {}", name, failed.getMessage());
        }
        // Jitter, so that replicas do not come back at once.
        LockSupport.parkNanos(
            RETRY.toNanos() / 2 + ThreadLocalRandom.current().nextLong(RETRY.toNanos()));
        if (Thread.interrupted()) {
          throw failed;
        }
      }
    }
  }

  private void bringTheOthers() {
    try {
      fill(size - 1);
    } catch (SQLException away) {
      log.debug("pool {} fills one by one: {}", name, away.getMessage());
    }
  }

  /**
   * Opens connections side by side, for the pool to take; returns how many.
   *
   * @throws SQLException if there is not a single one
   */
  int fill(int wanted) throws SQLException {
    List<Future<Connection>> opening = new ArrayList<>();
    SQLException failure = null;
    int opened = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < wanted; i++) {
        opening.add(threads.submit(this::open));
      }
      for (Future<Connection> one : opening) {
        try {
          ready.add(one.get());
          opened++;
        } catch (ExecutionException failed) {
          failure = new SQLException(failed.getCause().getMessage(), "08001", failed.getCause());
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    if (opened == 0 && failure != null) {
      throw failure;
    }
    Thread.ofVirtual().start(this::closeWhatIsLeft);
    return opened;
  }

  /** The pool may have found connections by itself meanwhile, and then does not ask for these. */
  private void closeWhatIsLeft() {
    try {
      Thread.sleep(TAKEN);
      close();
    } catch (SQLException | InterruptedException nothingToClose) {
      return;
    }
  }

  /** One more connection, prepared. */
  private Connection open() throws SQLException {
    Connection connection = openCold();
    try {
      connection.setAutoCommit(false);
      ScopedValue.where(BEING_PREPARED, connection)
          .run(() -> RequestContext.warmUp(() -> statements.forEach(Runnable::run)));
    } catch (RuntimeException unprepared) {
      // It may still be good for something, such as reading, and whoever uses it learns the reason.
      log.debug("a connection is not prepared pool={}: {}", name, unprepared.getMessage());
    }
    try {
      connection.rollback();
      connection.setAutoCommit(true);
      return connection;
    } catch (SQLException lost) {
      connection.close();
      throw lost;
    }
  }

  /** One more connection as it comes. */
  Connection openCold() throws SQLException {
    return super.getConnection();
  }

  /** Closes what no pool has taken. */
  void close() throws SQLException {
    for (Connection left = ready.poll(); left != null; left = ready.poll()) {
      left.close();
    }
  }
}
