package dev.warmgate.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ServiceClasses;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.junit.jupiter.api.Test;

/** Checks that admins can filter by every event name that an SQL statement writes. */
final class AuditEventTest {
  private static final Pattern NAME = Pattern.compile("'([a-z_]+\\.[a-z_]+)'");

  @Test
  void knowsEveryNameInAStatement() {
    Set<String> written = new TreeSet<>();
    ServiceClasses.all().stream()
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(SqlQuery.class))
        .map(method -> method.getAnnotation(SqlQuery.class).value())
        .filter(sql -> sql.contains("INSERT INTO audit_event"))
        .flatMap(sql -> NAME.matcher(sql).results())
        .map((MatchResult found) -> found.group(1))
        .forEach(written::add);

    assertThat(written)
        .contains("user.registered", "session.started", "service_key.revoked")
        .allSatisfy(name -> assertThat(AuditEvent.of(name)).as(name).isPresent());
  }
}
