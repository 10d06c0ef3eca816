package dev.warmgate.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks that every alert has a severity, a description, a runbook and tests. */
final class AlertsTest {
  private static final Path PROJECT = Path.of("..");
  private static final String RUNBOOKS = "dashboards/README.md#";

  private final List<Rules.Rule> alerts =
      Rules.all(PROJECT).stream().filter(Rules.Rule::isAlert).toList();

  @Test
  void haveASeverityASummaryAndADescription() {
    assertThat(alerts).hasSizeGreaterThanOrEqualTo(12);
    for (Rules.Rule alert : alerts) {
      assertThat(alert.json().path("labels").path("severity").asText())
          .as(alert.name())
          .isIn("page", "ticket");
      assertThat(alert.annotation("summary")).as(alert.name()).isNotBlank();
      assertThat(alert.annotation("description")).as(alert.name()).isNotBlank();
    }
  }

  @Test
  void linkToARunbookThatNamesThem() throws IOException {
    String page = Files.readString(PROJECT.resolve("dashboards/README.md"));
    Set<String> anchors =
        page.lines()
            .filter(line -> line.startsWith("### "))
            .map(line ->
                line.substring(4)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9 -]", "")
                    .replace(' ', '-'))
            .collect(Collectors.toSet());
    for (Rules.Rule alert : alerts) {
      assertThat(alert.annotation("runbook_url")).as(alert.name()).startsWith(RUNBOOKS);
      String anchor = alert.annotation("runbook_url").substring(RUNBOOKS.length());
      assertThat(anchors).as(alert.name()).contains(anchor);
      assertThat(page).as(alert.name()).contains("`" + alert.name() + "`");
    }
  }

  @Test
  void haveTestsInWhichTheyFireAndStayQuiet() {
    JsonNode tests =
        Rules.yaml(PROJECT.resolve("dashboards/prometheus/alerts-test.yml")).path("tests");
    Set<String> firing = new HashSet<>();
    Set<String> quiet = new HashSet<>();
    Board.stream(tests)
        .flatMap(test -> Board.stream(test.path("alert_rule_test")))
        .forEach(expectation ->
            (expectation.path("exp_alerts").isEmpty() ? quiet : firing)
                .add(expectation.path("alertname").asText()));
    for (Rules.Rule alert : alerts) {
      assertThat(firing).contains(alert.name());
      assertThat(quiet).contains(alert.name());
    }
  }
}
