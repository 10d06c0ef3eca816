package dev.warmgate.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.telemetry.LoginLatency;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that every query of a board or rule uses only names that exist. */
final class QueriesTest {
  private static final Path PROJECT = Path.of("..");

  /** A literal copy of the order: neither the boards nor this test derives it from the service. */
  private static final List<String> ORDER =
      List.of(
          "request-id",
          "fast-lane",
          "rate-limit",
          "authentication",
          "access-control",
          "ssrf-protection");

  /** Scrapes write a whole number as "1.0", OTLP ingestion writes "1". */
  private static final Pattern BOUND = Pattern.compile("\\ble=\"([^\"]*)\"");

  private static final Pattern FRACTION = Pattern.compile("\\d*\\.\\d*[1-9]");
  private static final Pattern NAMED_FILTERS =
      Pattern.compile("warmgate_filter_name(?:=~|!~|!=|=)\"([^\"]*)\"");
  private static final Pattern LOGIN_OUTCOMES =
      Pattern.compile("warmgate_login[^{]*\\{[^{}]*warmgate_outcome(?:=~|!~|!=|=)\"([^\"]*)\"");
  private static final Pattern SPAN_ATTRIBUTE = Pattern.compile("\\bspan\\.([a-z_.]+)");

  private static final Set<String> ATTRIBUTES_OF_THE_AGENT =
      Set.of("http.route", "http.response.status_code");

  private final List<Board> boards = Board.all(PROJECT);
  private final List<Rules.Rule> rules = Rules.all(PROJECT);
  private final Set<String> recorded =
      rules.stream()
          .filter(rule -> !rule.isAlert())
          .map(Rules.Rule::name)
          .collect(Collectors.toSet());

  /** The labels of each metric in a scrape of the service. */
  private final Map<String, Set<String>> scraped = Names.scraped(PROJECT);

  @Test
  void useOnlyMetricsAndLabelsOfAScrape() {
    Set<String> labels = new HashSet<>(Set.of("job", "instance", "__name__", "le", "alertname"));
    scraped.values().forEach(labels::addAll);
    Set<String> others = new HashSet<>(Names.ofCollector(PROJECT));
    others.addAll(recorded);
    // Prometheus' own.
    others.add("up");
    promql()
        .forEach((where, query) -> {
          Set<String> metrics = Names.metrics(query);
          assertThat(metrics.isEmpty() && !query.contains("__name__")).as(where).isFalse();
          assertThat(metrics)
              .as(where)
              .allMatch(metric -> scraped.containsKey(metric) || others.contains(metric));
          assertThat(labels).as(where).containsAll(Names.labels(query));
        });
  }

  @Test
  void coverEveryMetricOfTheService() {
    Set<String> asked =
        boards.stream()
            .flatMap(board -> board.targets().stream())
            .flatMap(target -> Names.metrics(target.promql()).stream())
            .collect(Collectors.toSet());
    rules.forEach(rule -> asked.addAll(Names.metrics(rule.promql())));

    for (String own : Names.ownMetrics()) {
      String name = Names.inPrometheus(own);
      assertThat(asked)
          .as(own)
          .anyMatch(metric ->
              metric.matches(Pattern.quote(name) + "(_seconds)?(_total|_bucket|_count|_sum)?"));
    }
  }

  @Test
  void filterByServiceAndReplicaOnBoards() {
    for (Board board : boards) {
      for (Board.PanelTarget target : board.targets()) {
        String query = target.promql();
        assertThat(Names.found(Pattern.compile("\\{([^{}]*)}"), query, 1))
            .as(target.toString())
            .allMatch(selector -> selector.contains("job=~\"$job\""));
        long selectors = query.chars().filter(c -> c == '{').count();
        long named =
            Pattern.compile("\\b(?:warmgate|http|db|jvm|target)[_:][a-z0-9_:]+\\{|\\(\\{")
                .matcher(query)
                .results()
                .count();
        assertThat(named).as(target.toString()).isEqualTo(selectors);
      }
    }
  }

  @Test
  void selectOnlyBucketBoundsWithAFraction() {
    promql()
        .forEach((where, query) ->
            assertThat(Names.found(BOUND, query, 1))
                .as(where)
                .allMatch(le -> FRACTION.matcher(le).matches()));
  }

  @Test
  void useOnlyExistingFiltersAndOutcomes() {
    Set<String> outcomes =
        Arrays.stream(LoginLatency.Outcome.values())
            .map(LoginLatency.Outcome::toString)
            .collect(Collectors.toSet());
    promql()
        .forEach((where, query) -> {
          assertThat(ORDER)
              .as(where)
              .containsAll(alternatives(Names.found(NAMED_FILTERS, query, 1)));
          assertThat(outcomes)
              .as(where)
              .containsAll(alternatives(Names.found(LOGIN_OUTCOMES, query, 1)));
        });
  }

  @Test
  void useOnlyAttributesThatSpansHave() {
    Set<String> known = new HashSet<>(Names.ownAttributes());
    known.addAll(ATTRIBUTES_OF_THE_AGENT);
    List<Board.PanelTarget> traces =
        boards.stream()
            .flatMap(board -> board.targets().stream())
            .filter(target -> !target.traceql().isEmpty())
            .toList();

    assertThat(traces).hasSizeGreaterThanOrEqualTo(5);
    for (Board.PanelTarget target : traces) {
      assertThat(known)
          .as(target.toString())
          .containsAll(Names.found(SPAN_ATTRIBUTE, target.traceql(), 1));
    }
  }

  @Test
  void containALiteralCopyOfTheFilterOrder() {
    String misplaced =
        boards.stream()
            .flatMap(board -> board.targets().stream())
            .filter(target -> target.panel().title().equals("Filters out of place"))
            .map(Board.PanelTarget::traceql)
            .findFirst()
            .orElse("");
    for (int i = 0; i < ORDER.size(); i++) {
      assertThat(misplaced)
          .contains(
              "(span.warmgate.filter.order = %d && span.warmgate.filter.name = \"%s\")"
                  .formatted(i + 1, ORDER.get(i)));
    }
    for (String title : List.of("Requests per filter", "p95 of each filter")) {
      assertThat(
              boards.stream()
                  .flatMap(board -> board.targets().stream())
                  .filter(target -> target.panel().title().equals(title))
                  .map(target -> target.json().path("legendFormat").asText().substring(2)))
          .as(title)
          .containsExactlyElementsOf(ORDER);
    }
  }

  private static List<String> alternatives(Set<String> matchers) {
    return matchers.stream().flatMap(matcher -> Stream.of(matcher.split("\\|"))).toList();
  }

  /** Returns every query by its location. */
  private Map<String, String> promql() {
    Map<String, String> all = new HashMap<>();
    for (Board board : boards) {
      board.targets().stream()
          .filter(target -> !target.promql().isEmpty())
          .forEach(target -> all.put(target.toString(), target.promql()));
      Board.stream(board.json().path("annotations").path("list"))
          .forEach(
              note -> all.put(board.file() + " " + note.path("name"), note.path("expr").asText()));
    }
    rules.forEach(rule -> all.put(rule.name(), rule.promql()));
    return all;
  }
}
