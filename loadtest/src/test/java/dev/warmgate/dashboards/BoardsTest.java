package dev.warmgate.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks that all boards follow the same conventions. */
final class BoardsTest {
  private static final int WIDTH = 24;
  private static final Pattern RANGE = Pattern.compile("\\[([^\\]]*)]");
  private static final Pattern LINK = Pattern.compile("/d/([a-z-]+)");

  private final List<Board> boards = Board.all(Path.of(".."));

  @Test
  void areExactlyTheSixKnownBoards() {
    assertThat(boards)
        .extracting(Board::uid)
        .containsExactlyInAnyOrder(
            "warmgate-login-slo",
            "warmgate-filters",
            "warmgate-resources",
            "warmgate-jvm",
            "warmgate-load-test",
            "warmgate-mail");
  }

  @Test
  void shareSettingsAndLinkToEachOther() {
    for (Board board : boards) {
      JsonNode json = board.json();
      assertThat(json.path("schemaVersion").asInt()).as(board.file()).isEqualTo(42);
      assertThat(json.has("id")).as(board.file()).isFalse();
      assertThat(json.path("editable").asBoolean(true)).as(board.file()).isFalse();
      assertThat(json.path("graphTooltip").asInt()).as(board.file()).isEqualTo(1);
      assertThat(json.path("time").path("from").asText()).as(board.file()).isEqualTo("now-1h");
      assertThat(json.path("tags").path(0).asText()).as(board.file()).isEqualTo("warmgate");
      JsonNode link = json.path("links").path(0);
      assertThat(link.path("tags").path(0).asText()).as(board.file()).isEqualTo("warmgate");
      assertThat(link.path("keepTime").asBoolean()).as(board.file()).isTrue();
      assertThat(link.path("includeVars").asBoolean()).as(board.file()).isTrue();
    }
  }

  @Test
  void linkOnlyToExistingBoards() {
    Set<String> uids = boards.stream().map(Board::uid).collect(Collectors.toSet());
    for (Board board : boards) {
      assertThat(uids).as(board.file()).containsAll(Names.found(LINK, board.json().toString(), 1));
    }
  }

  @Test
  void takeTheirDataSourcesFromVariables() {
    for (Board board : boards) {
      List<JsonNode> variables =
          Board.stream(board.json().path("templating").path("list")).toList();
      assertThat(variables)
          .as(board.file())
          .extracting(variable -> variable.path("name").asText())
          .startsWith("datasource", "tempo", "job", "instance");
      assertThat(variables.subList(0, 2))
          .as(board.file())
          .allMatch(variable -> variable.path("type").asText().equals("datasource"));
      for (Board.Panel panel : board.drawn()) {
        assertThat(panel.targets()).as(panel.toString()).isNotEmpty();
      }
      for (Board.PanelTarget target : board.targets()) {
        boolean traces = target.promql().isEmpty();
        assertThat(target.json().path("datasource").path("uid").asText())
            .as(target.toString())
            .isEqualTo(traces ? "${tempo}" : "${datasource}")
            .isEqualTo(target.panel().json().path("datasource").path("uid").asText());
        assertThat(target.promql() + target.traceql()).as(target.toString()).isNotBlank();
      }
    }
  }

  @Test
  void describeEveryPanelAndSetItsUnit() {
    for (Board board : boards) {
      List<Board.Panel> drawn = board.drawn();
      assertThat(drawn).extracting(Board.Panel::title).as(board.file()).doesNotHaveDuplicates();
      for (Board.Panel panel : drawn) {
        assertThat(panel.title()).as(panel.toString()).isNotBlank();
        assertThat(panel.json().path("description").asText())
            .as(panel.toString())
            .hasSizeGreaterThan(8)
            .endsWith(".");
        if (!panel.type().equals("traces")) {
          assertThat(panel.json().path("fieldConfig").path("defaults").path("unit").asText())
              .as(panel.toString())
              .isNotBlank();
        }
      }
    }
  }

  @Test
  void haveNoOverlappingPanels() {
    for (Board board : boards) {
      boolean[][] taken = new boolean[500][WIDTH];
      for (Board.Panel panel : board.panels()) {
        JsonNode at = panel.json().path("gridPos");
        int right = at.path("x").asInt() + at.path("w").asInt();
        assertThat(right).as(panel.toString()).isLessThanOrEqualTo(WIDTH);
        for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
          for (int x = at.path("x").asInt(); x < right; x++) {
            assertThat(taken[y][x]).as(panel.toString()).isFalse();
            taken[y][x] = true;
          }
        }
      }
      assertThat(board.panels())
          .extracting(panel -> panel.json().path("id").asInt())
          .as(board.file())
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void useGrafanasIntervalVariables() {
    for (Board board : boards) {
      for (Board.PanelTarget target : board.targets()) {
        assertThat(Set.of("$__rate_interval", "$__range"))
            .as(target.toString())
            .containsAll(Names.found(RANGE, target.promql().replaceAll("\"[^\"]*\"", ""), 1));
      }
    }
  }

  @Test
  void showExemplarsOnEveryChartOfLogins() {
    List<Board.Panel> charts =
        boards.stream()
            .flatMap(board -> board.drawn().stream())
            .filter(panel -> Set.of("timeseries", "heatmap").contains(panel.type()))
            .filter(panel ->
                panel.targets().stream()
                    .anyMatch(target ->
                        target.promql().contains("warmgate_login_duration_seconds_bucket")
                            && target.promql().contains("success|refused")))
            .toList();

    assertThat(charts).hasSizeGreaterThanOrEqualTo(3);
    assertThat(charts)
        .allMatch(panel ->
            panel.targets().stream()
                .anyMatch(target -> target.json().path("exemplar").asBoolean()));
  }

  /** Of all histograms only this one chooses its exemplars, so that their traces are kept. */
  @Test
  void showExemplarsOnlyOfLogins() {
    assertThat(boards.stream().flatMap(board -> board.targets().stream()))
        .filteredOn(target -> target.json().path("exemplar").asBoolean())
        .isNotEmpty()
        .allMatch(target -> target.promql().contains("warmgate_login_duration_seconds_bucket"));
  }

  @Test
  void markTheRunsOfTheLoadGate() {
    for (Board board : boards) {
      assertThat(board.json().path("annotations").path("list").path(0).path("expr").asText())
          .as(board.file())
          .contains("warmgate_load_test_active");
    }
  }
}
