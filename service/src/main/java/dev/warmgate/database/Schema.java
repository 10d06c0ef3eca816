package dev.warmgate.database;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;

/**
 * Brings the schema up to date with the role of its connections, which needs rights on the schema
 * only if a migration is pending.
 */
final class Schema {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private Schema() {}

  /**
   * @return the state of the schema
   * @throws IncompatibleSchema if the database was made by an older build
   * @throws IllegalStateException if a migration is pending that the role may not run
   * @throws RuntimeException if PostgreSQL cannot be reached or refuses a migration
   */
  static Database.Migrations migrate(DataSource connections) {
    Flyway flyway = Flyway.configure().dataSource(connections).load();
    try {
      flyway.migrate();
    } catch (FlywayValidateException _) {
      throw new IncompatibleSchema();
    } catch (FlywayException failed) {
      if (isDenied(failed)) {
        throw new IllegalStateException(
            "the schema is not up to date, and this role may not change it: run scripts/warmgate"
                + " migrate with MIGRATION_DATABASE_URL");
      }
      throw failed;
    }
    MigrationInfoService done = flyway.info();
    return new Database.Migrations(
        done.current().getVersion().getVersion(), done.applied().length, done.pending().length);
  }

  private static boolean isDenied(@Nullable Throwable failed) {
    if (failed == null) {
      return false;
    }
    boolean denied =
        failed instanceof SQLException sql && INSUFFICIENT_PRIVILEGE.equals(sql.getSQLState());
    return denied || isDenied(failed.getCause());
  }
}
