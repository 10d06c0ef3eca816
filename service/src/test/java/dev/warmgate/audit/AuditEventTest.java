package dev.warmgate.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ServiceClasses;
import dev.warmgate.webhook.WebhookEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.junit.jupiter.api.Test;

/**
 * Checks that admins can filter by every event name that an SQL statement writes, and read what
 * each is.
 */
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

  @Test
  void areAllInTheTableOfTheDocumentation() throws IOException {
    assertThat(namesInTable("security.md"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(AuditEvent.values()).map(AuditEvent::toString).toList());
  }

  @Test
  void areInTheTableOfWebhooksIfTheyAreSentToThem() throws IOException {
    assertThat(namesInTable("api.md"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(WebhookEvent.values()).map(WebhookEvent::toString).toList());
  }

  /** Returns the names in the first column of the table of events. */
  private static List<String> namesInTable(String page) throws IOException {
    return Files.readAllLines(Path.of("docs", page)).stream()
        .dropWhile(line -> !line.matches("\\| events? \\| .*"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .flatMap(line -> Pattern.compile("`([^`]+)`").matcher(line.split("\\|", -1)[1]).results())
        .map((MatchResult found) -> found.group(1))
        .toList();
  }
}
