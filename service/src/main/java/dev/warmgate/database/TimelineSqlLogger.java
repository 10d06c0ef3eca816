package dev.warmgate.database;

import dev.warmgate.telemetry.Timeline;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/** Enters every statement into the request's timeline, by its DAO method and never by its text. */
final class TimelineSqlLogger implements SqlLogger {
  private final SqlLogger next;

  TimelineSqlLogger(SqlLogger next) {
    this.next = next;
  }

  @Override
  public void logAfterExecution(StatementContext statement) {
    record(statement);
    next.logAfterExecution(statement);
  }

  @Override
  public void logException(StatementContext statement, SQLException failed) {
    record(statement);
    next.logException(statement, failed);
  }

  private static void record(StatementContext statement) {
    if (statement.getExtensionMethod() != null) {
      var method = statement.getExtensionMethod().getMethod();
      String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
      long ended = System.nanoTime();
      long started = ended - statement.getElapsedTime(ChronoUnit.NANOS);
      Timeline.record(Timeline.Kind.DATABASE, name, started, ended);
    }
  }
}
