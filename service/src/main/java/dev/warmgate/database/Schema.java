package dev.warmgate.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date with the role of its connections, which needs rights on the schema
 * only if a migration is pending.
 */
final class Schema {
  private static final Logger log = LoggerFactory.getLogger(Schema.class);
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final String MAY_NOT_BEGIN =
      "SELECT to_regclass('flyway_schema_history') IS NULL"
          + " AND NOT has_schema_privilege(current_schema(), 'CREATE')";

  /** Requests that waited behind a migration are served before it waits again. */
  private static final Duration LOCK_RETRY = Duration.ofSeconds(1);

  /** No such function, table or schema, or no right to use it. */
  private static final Set<String> MISSING =
      Set.of("42883", "42P01", "3F000", INSUFFICIENT_PRIVILEGE);

  private Schema() {}

  /**
   * @param patience how long to try again while another session holds a lock
   * @return the state of the schema
   * @throws IncompatibleSchema if the database holds an older build's schema or foreign tables
   * @throws IllegalStateException if a migration is pending that the role may not run, or that does
   *     not get its locks
   * @throws RuntimeException if PostgreSQL cannot be reached or refuses a migration
   */
  static Database.Migrations migrate(DataSource connections, Pooler pooler, Duration patience) {
    requireConnection(connections);
    return AppliedMigrations.upToDate(connections)
        .orElseGet(() -> {
          requireRightToBegin(connections);
          return run(flyway(connections, pooler), patience);
        });
  }

  /** Returns how Flyway migrates. */
  static FluentConfiguration flyway(DataSource connections, Pooler pooler) {
    // An index that is built concurrently waits for all transactions, also for one that only holds
    // Flyway's lock. A pooler keeps no lock outside a transaction.
    FluentConfiguration configuration =
        Flyway.configure().callbacks(new BoundedLockWaits()).dataSource(connections);
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(pooler != Pooler.NONE);
    return configuration;
  }

  /** Lets Flyway migrate; see {@link #migrate}. */
  static Database.Migrations run(FluentConfiguration configuration, Duration patience) {
    Flyway flyway = configuration.load();
    boolean migrates = flyway.info().pending().length > 0;
    long end = System.nanoTime() + patience.toNanos();
    for (boolean waits = false; !isDone(flyway); waits = true) {
      if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException(
            "a migration waits for a table that another session uses, such as a dump");
      }
      if (!waits) {
        log.warn(
            "a migration waits for a table that another session uses, such as a dump; tries again");
      }
      LockSupport.parkNanos(LOCK_RETRY.toNanos());
    }
    MigrationInfoService done = flyway.info();
    return new Database.Migrations(
        done.current().getVersion().getVersion(),
        done.applied().length,
        done.pending().length,
        migrates);
  }

  /** Returns false if a migration did not get a lock in time. */
  private static boolean isDone(Flyway flyway) {
    try {
      flyway.migrate();
      return true;
    } catch (FlywayValidateException _) {
      throw IncompatibleSchema.ofAnOlderBuild();
    } catch (FlywayException failed) {
      if (failed.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
        throw IncompatibleSchema.ofAnotherProgram();
      }
      String state = state(failed).orElse("");
      if (state.equals(INSUFFICIENT_PRIVILEGE)) {
        throw notTheOwner();
      }
      if (state.equals(LOCK_NOT_AVAILABLE)) {
        return false;
      }
      throw failed;
    }
  }

  private static IllegalStateException notTheOwner() {
    return new IllegalStateException(
        "the schema is not up to date, and this role may not change it: scripts/warmgate"
            + " migrate must run as the schema's owner (MIGRATION_DATABASE_URL)");
  }

  /** Without it, Flyway would try for ten seconds to make its table. */
  private static void requireRightToBegin(DataSource connections) {
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(MAY_NOT_BEGIN)) {
      if (row.next() && row.getBoolean(1)) {
        throw notTheOwner();
      }
    } catch (SQLException unavailable) {
      throw new IllegalStateException(unavailable.getMessage(), unavailable);
    }
  }

  /** Flyway would report the failure in many lines, without its cause. */
  private static void requireConnection(DataSource connections) {
    try {
      connections.getConnection().close();
    } catch (SQLException unavailable) {
      throw new IllegalStateException(unavailable.getMessage(), unavailable);
    }
  }

  /**
   * @throws IllegalStateException if the role may not grant rights on the schema
   */
  static void letServe(PartitionDao dao, String role) {
    try {
      dao.letServe(role);
    } catch (RuntimeException failed) {
      if (state(failed).filter(INSUFFICIENT_PRIVILEGE::equals).isPresent()) {
        throw new IllegalStateException(
            "MIGRATION_DATABASE_URL must name the schema's owner: this role may not grant rights");
      }
      throw failed;
    }
  }

  /**
   * @throws IllegalStateException if there is no schema of this build, or the role may not use it
   */
  static void makePartitions(PartitionDao dao) {
    try {
      dao.make();
    } catch (RuntimeException failed) {
      if (state(failed).filter(MISSING::contains).isPresent()) {
        throw new IllegalStateException(
            "DATABASE_URL leads to no schema of this build that its role may use: run"
                + " scripts/warmgate migrate for that database and role");
      }
      throw failed;
    }
  }

  private static Optional<String> state(@Nullable Throwable failed) {
    if (failed == null) {
      return Optional.empty();
    }
    return failed instanceof SQLException sql
        ? Optional.ofNullable(sql.getSQLState())
        : state(failed.getCause());
  }
}
