package dev.warmgate.dashboards;

import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.common.AttributeKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names that queries use, and the names that exist. */
final class Names {
  /** Metrics of the service, the agent and the collector, and recorded series. */
  private static final Pattern METRIC =
      Pattern.compile(
          "\\b(?:(?:warmgate|http|db|jvm|target|otel|otelcol)[_:][a-z0-9_:]+|up(?=\\s|\\)|$))\\b");

  private static final Pattern SELECTOR = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|on|without|ignoring)\\s*\\(([^()]*)\\)");

  private Names() {}

  /** Removes the labels first, because they look like metrics. */
  static Set<String> metrics(String promql) {
    String bare = GROUPING.matcher(QUOTED.matcher(promql).replaceAll("")).replaceAll("");
    return found(METRIC, SELECTOR.matcher(bare).replaceAll(""), 0);
  }

  static Set<String> labels(String promql) {
    Set<String> labels = new LinkedHashSet<>();
    String unquoted = QUOTED.matcher(promql).replaceAll("");
    found(SELECTOR, unquoted, 1).forEach(inside -> labels.addAll(found(MATCHER, inside, 1)));
    for (String group : found(GROUPING, unquoted, 1)) {
      labels.addAll(Arrays.asList(group.strip().split("\\s*,\\s*")));
    }
    return labels;
  }

  static Set<String> found(Pattern pattern, String text, int group) {
    Set<String> all = new LinkedHashSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      all.add(matcher.group(group));
    }
    return all;
  }

  /**
   * Returns Prometheus' name of a metric of the service, without the suffixes for units and types.
   */
  static String inPrometheus(String name) {
    return name.replace('.', '_');
  }

  /** Returns the metrics that the service defines itself. */
  static Set<String> ownMetrics() {
    return Arrays.stream(Telemetry.class.getFields())
        .filter(field -> field.getType() == String.class)
        .map(field -> (String) value(field))
        .filter(name -> name.startsWith("warmgate."))
        .collect(Collectors.toSet());
  }

  /** Returns the attributes that the service defines itself. */
  static Set<String> ownAttributes() {
    return Arrays.stream(Telemetry.class.getFields())
        .filter(field -> field.getType() == AttributeKey.class)
        .map(field -> ((AttributeKey<?>) value(field)).getKey())
        .collect(Collectors.toSet());
  }

  /** Returns the labels that each metric may have, as recorded by {@link BoardsCheck}. */
  static Map<String, Set<String>> scraped(Path project) {
    try (Stream<String> lines =
        Files.lines(project.resolve("loadtest/src/test/resources/dashboards/scraped.txt"))) {
      return lines
          .map(line -> List.of(line.split(" ")))
          .collect(
              Collectors.toMap(
                  List::getFirst, line -> new HashSet<>(line.subList(1, line.size()))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the metrics of the collector that queries may use, which {@link CollectorCheck} sees.
   */
  static Set<String> ofCollector(Path project) {
    try {
      return new HashSet<>(
          Files.readAllLines(
              project.resolve("loadtest/src/test/resources/dashboards/collector.txt")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object value(Field field) {
    try {
      return field.get(null);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
