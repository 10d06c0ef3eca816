package dev.warmgate.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A dashboard file as Grafana imports it. */
record Board(String file, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A query of a panel; exactly one of PromQL and TraceQL is not empty. */
  record PanelTarget(Panel panel, JsonNode json) {
    String promql() {
      return json.path("expr").asText();
    }

    String traceql() {
      return json.path("queryType").asText().equals("traceql") ? json.path("query").asText() : "";
    }

    /** Names the file, the panel and the query, for failure messages. */
    @Override
    public String toString() {
      return panel + ", query " + json.path("refId").asText();
    }
  }

  /** A panel of a board. */
  record Panel(Board board, JsonNode json) {
    String title() {
      return json.path("title").asText();
    }

    String type() {
      return json.path("type").asText();
    }

    boolean isDrawn() {
      return !type().equals("row") && !type().equals("text");
    }

    List<PanelTarget> targets() {
      return stream(json.path("targets")).map(target -> new PanelTarget(this, target)).toList();
    }

    @Override
    public String toString() {
      return board.file + ": " + title();
    }
  }

  static List<Board> all(Path project) {
    try (Stream<Path> files = Files.list(project.resolve("dashboards/grafana"))) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Board::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Board read(Path file) {
    try {
      return new Board(file.getFileName().toString(), JSON.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  String uid() {
    return json.path("uid").asText();
  }

  List<Panel> panels() {
    return stream(json.path("panels")).map(panel -> new Panel(this, panel)).toList();
  }

  List<Panel> drawn() {
    return panels().stream().filter(Panel::isDrawn).toList();
  }

  List<PanelTarget> targets() {
    return panels().stream().flatMap(panel -> panel.targets().stream()).toList();
  }
}
