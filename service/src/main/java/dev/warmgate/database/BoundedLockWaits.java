package dev.warmgate.database;

import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Lets each migration wait only briefly for a lock: requests queue up behind a wait for a table
 * that a dump or a long transaction reads. A migration that does not get its lock changes nothing.
 */
final class BoundedLockWaits extends BaseCallback {
  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.BEFORE_EACH_MIGRATE;
  }

  /** Has no effect outside a transaction, where an index is built that nobody waits for. */
  @Override
  public void handle(Event event, Context context) {
    try (Statement statement = context.getConnection().createStatement()) {
      boolean _ =
          statement.execute("SET LOCAL lock_timeout = " + Database.MIGRATION_LOCK_WAIT.toMillis());
    } catch (SQLException failed) {
      throw new FlywayException(failed);
    }
  }
}
