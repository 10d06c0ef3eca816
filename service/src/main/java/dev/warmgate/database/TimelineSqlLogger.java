package dev.warmgate.database;

import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/** Records every statement in the request's timeline, by its DAO method and never by its SQL. */
final class TimelineSqlLogger implements SqlLogger {
  private final List<SqlLogger> next;
  private final List<SqlLogger> unread;

  /**
   * @param unread loggers of the warm-up's statements; nobody reads them, but they warm up the same
   *     code
   */
  TimelineSqlLogger(List<SqlLogger> next, List<SqlLogger> unread) {
    this.next = next;
    this.unread = unread;
  }

  @Override
  public void logAfterExecution(StatementContext statement) {
    record(statement);
    List<SqlLogger> loggers = DecoyRules.isCounted() ? next : unread;
    loggers.forEach(logger -> logger.logAfterExecution(statement));
  }

  @Override
  public void logException(StatementContext statement, SQLException failed) {
    record(statement);
    next.forEach(logger -> logger.logException(statement, failed));
  }

  private static void record(StatementContext statement) {
    if (statement.getExtensionMethod() != null) {
      var method = statement.getExtensionMethod().getMethod();
      String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
      long ended = System.nanoTime();
      long started = ended - statement.getElapsedTime(ChronoUnit.NANOS);
      RequestContext.record(Timeline.Kind.DATABASE, name, started, ended);
    }
  }
}
