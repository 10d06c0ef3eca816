package dev.warmgate.database;

import dev.warmgate.logging.RootCause;
import dev.warmgate.request.RequestContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.ConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the important statements on each new connection, so that the server has them prepared. A
 * connection on which they fail is used all the same, since it may still work for reads.
 */
final class Preparation {
  private static final Logger log = LoggerFactory.getLogger(Preparation.class);

  /** The connection that DAOs use on this thread while it is being prepared. */
  private static final ScopedValue<Connection> BEING_PREPARED = ScopedValue.newInstance();

  private final List<Runnable> statements = new CopyOnWriteArrayList<>();

  /** Adds statements, each of a DAO, for every connection opened from now on. */
  void add(List<Runnable> onEach) {
    statements.addAll(onEach);
  }

  /**
   * Runs the statements in a transaction that is rolled back.
   *
   * @throws SQLException if the connection is lost
   */
  void prepare(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try {
      ScopedValue.where(BEING_PREPARED, connection)
          .run(() -> RequestContext.warmUp(() -> statements.forEach(Runnable::run)));
    } catch (RuntimeException unprepared) {
      // Its users get the actual error.
      log.debug("a connection is not prepared: {}", RootCause.of(unprepared));
    }
    connection.rollback();
    connection.setAutoCommit(true);
  }

  /** Connections for DAOs: those of the pool, or the one that is being prepared on this thread. */
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
}
