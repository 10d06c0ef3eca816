package dev.warmgate.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads files of the checkout. */
final class Project {
  private static final Path ROOT = Path.of("..");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Project() {}

  static Path file(String path) {
    return ROOT.resolve(path);
  }

  static String text(String path) {
    try {
      return Files.readString(file(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode yaml(String path) {
    // Jackson's YAML reader does not support merge keys.
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    return JSON.valueToTree(yaml.load(text(path)));
  }

  /** Returns the services of docker-compose.yml by name. */
  static Set<Entry<String, JsonNode>> services() {
    return yaml("docker-compose.yml").path("services").properties();
  }

  /** Returns the text of the Dockerfile that a service is built from; empty if it is not built. */
  static String dockerfile(JsonNode service) {
    JsonNode build = service.path("build");
    if (build.isMissingNode()) {
      return "";
    }
    return text(
        build.path("context").asText() + "/" + build.path("dockerfile").asText("Dockerfile"));
  }

  /** Returns the names of a service's networks, which may have settings. */
  static List<String> networks(JsonNode service) {
    JsonNode networks = service.path("networks");
    return networks.isObject()
        ? networks.properties().stream().map(Entry::getKey).toList()
        : texts(networks);
  }

  static List<String> texts(JsonNode list) {
    return stream(list).map(JsonNode::asText).toList();
  }

  static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  /** Returns the members of an object as text. */
  static Stream<Map.Entry<String, String>> members(JsonNode object) {
    return object.properties().stream()
        .map(entry -> Map.entry(entry.getKey(), entry.getValue().asText()));
  }
}
