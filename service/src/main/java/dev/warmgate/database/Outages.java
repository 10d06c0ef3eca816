package dev.warmgate.database;

import dev.warmgate.problem.ProblemType;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Recognises exceptions that mean that PostgreSQL is unavailable, starting, out of resources or set
 * up wrongly, so that they are answered with 503.
 */
public final class Outages {
  /**
   * The SQLSTATE classes and codes of an outage: no connection, no right to connect, no such
   * database, read-only, out of resources, shutting down, statement too slow; also undefined_table
   * and insufficient_privilege, which mean that the migrations have not run yet.
   */
  private static final List<String> CODES =
      List.of("08", "28", "3D000", "25006", "53", "57P", "57014", "42P01", "42501");

  private static final String CHECK_VIOLATION = "23514";

  private Outages() {}

  public static Optional<ProblemType> of(Throwable thrown) {
    if (!(thrown instanceof SQLException failure)) {
      return Optional.empty();
    }
    String state = failure.getSQLState() == null ? "08000" : failure.getSQLState();
    return CODES.stream().anyMatch(state::startsWith) || lacksPartition(failure)
        ? Optional.of(ProblemType.DATABASE_UNAVAILABLE)
        : Optional.empty();
  }

  /** PostgreSQL reports a row without a partition as a violated check that has no name. */
  private static boolean lacksPartition(SQLException failure) {
    if (!CHECK_VIOLATION.equals(failure.getSQLState())) {
      return false;
    }
    ServerErrorMessage message =
        failure instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
    return message != null && message.getConstraint() == null;
  }
}
