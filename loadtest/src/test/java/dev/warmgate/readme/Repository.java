package dev.warmgate.readme;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.warmgate.WarmgateConfiguration;
import dev.warmgate.audit.AuditEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a page may name: the classes, configuration and options that there are. */
final class Repository {
  private static final Path CONFIGURATION = Page.ROOT.resolve("service/config/warmgate.yml");
  private static final SnakeCaseStrategy SNAKE_CASE = new SnakeCaseStrategy();

  private Repository() {}

  /** Classes of both modules, simulations also without that word, and alerts. */
  static Set<String> names() {
    Set<String> names =
        Stream.of("service/src", "loadtest/src")
            .flatMap(directory -> files(Page.ROOT.resolve(directory)))
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".java"))
            .flatMap(
                name -> Stream.of(name.replace(".java", ""), name.replace("Simulation.java", "")))
            .collect(Collectors.toCollection(TreeSet::new));
    names.addAll(
        found("alert: (\\w+)", read(Page.ROOT.resolve("dashboards/prometheus/alerts.yml"))));
    return names;
  }

  /** Keys of the configuration, and sections of it: those of the records and those of the file. */
  static Set<String> configurationKeys() {
    Set<String> keys = new TreeSet<>();
    for (Field field : WarmgateConfiguration.class.getDeclaredFields()) {
      JsonProperty property = field.getAnnotation(JsonProperty.class);
      if (property != null) {
        String key = property.value().isEmpty() ? field.getName() : property.value();
        keys.add(key);
        addComponents(keys, key, field.getType());
      }
    }
    try {
      String file = read(CONFIGURATION).replaceAll("\\$\\{[A-Z_]+:-([^}]*)}", "$1");
      addNodes(keys, "", new YAMLMapper().readTree(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keys;
  }

  /** Events of the audit trail, which look like keys. */
  static Set<String> events() {
    return Arrays.stream(AuditEvent.values()).map(AuditEvent::toString).collect(Collectors.toSet());
  }

  /** The variables that the service's configuration reads. */
  static Set<String> variables() {
    return found("\\$\\{([A-Z_]+)", read(CONFIGURATION));
  }

  /** The variables that the agent's configuration reads. */
  static Set<String> agentVariables() {
    return found("\\$\\{([A-Z_]+)", read(CONFIGURATION.resolveSibling("otel.yml")));
  }

  /** The long options that the script's help names; those of the jar's commands are in code. */
  static Set<String> options(String script) {
    String help = output("bash", Page.ROOT.resolve(script).toString(), "--help");
    String code = script.equals("scripts/warmgate") ? commandCode() : "";
    return found("(?<![\\w-])(--[a-z][a-z-]*)", help + code);
  }

  /** The words that the jar's commands are called with, among others. */
  static Set<String> commands() {
    return found("\"([a-z][a-z-]*)\"", commandCode());
  }

  private static String commandCode() {
    return files(Page.ROOT.resolve("service/src/main/java/dev/warmgate/cli"))
        .map(Repository::read)
        .collect(Collectors.joining());
  }

  static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void addComponents(Set<String> keys, String prefix, Class<?> type) {
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        String key = prefix + "." + SNAKE_CASE.translate(component.getName());
        keys.add(key);
        addComponents(keys, key, component.getType());
      }
    }
  }

  private static void addNodes(Set<String> keys, String prefix, JsonNode node) {
    node.properties()
        .forEach(child -> {
          String key = prefix + child.getKey();
          keys.add(key);
          addNodes(keys, key + ".", child.getValue());
        });
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      addNodes(keys, prefix.replaceFirst("\\.$", "[" + i + "]."), node.get(i));
    }
  }

  private static Stream<Path> files(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
