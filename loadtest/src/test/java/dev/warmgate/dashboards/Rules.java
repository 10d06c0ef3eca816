package dev.warmgate.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads the recording rules and the alerts. */
final class Rules {
  private static final YAMLMapper YAML = new YAMLMapper();

  private Rules() {}

  /** A recording rule or an alert. */
  record Rule(JsonNode json) {
    boolean isAlert() {
      return json.has("alert");
    }

    String name() {
      return json.path(isAlert() ? "alert" : "record").asText();
    }

    String promql() {
      return json.path("expr").asText();
    }

    String annotation(String name) {
      return json.path("annotations").path(name).asText();
    }
  }

  static List<Rule> all(Path project) {
    return Stream.of("recording-rules.yml", "alerts.yml")
        .map(file -> yaml(project.resolve("dashboards/prometheus").resolve(file)))
        .flatMap(file -> Board.stream(file.path("groups")))
        .flatMap(group -> Board.stream(group.path("rules")))
        .map(Rule::new)
        .toList();
  }

  static JsonNode yaml(Path file) {
    try {
      return YAML.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
