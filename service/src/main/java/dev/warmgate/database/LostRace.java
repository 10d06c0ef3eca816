package dev.warmgate.database;

import java.sql.SQLException;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a statement that a concurrent one made impossible after it had begun. The second attempt
 * sees what the other has done; if it fails, too, its exception is thrown.
 */
public final class LostRace {
  /** The SQLSTATEs unique_violation and deadlock_detected. */
  private static final Set<String> CODES = Set.of("23505", "40P01");

  private LostRace() {}

  public static <T> T repeated(Supplier<T> statement) {
    try {
      return statement.get();
    } catch (RuntimeException failed) {
      if (failed.getCause() instanceof SQLException why && isLostRace(why.getSQLState())) {
        return statement.get();
      }
      throw failed;
    }
  }

  /** A pool that has no connection left gives no state. */
  private static boolean isLostRace(@Nullable String state) {
    return state != null && CODES.contains(state);
  }
}
