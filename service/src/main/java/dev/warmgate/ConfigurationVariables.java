package dev.warmgate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.UndefinedEnvironmentVariableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file with values from the environment. A value is a string, whatever
 * characters it has, and cannot add keys. A blank variable counts as unset, and a key without a
 * value as absent, so that the default applies.
 */
final class ConfigurationVariables implements ConfigurationSourceProvider {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(?::-([^}]*))?}");

  /** Only here on and off are what they are in YAML; elsewhere off may be the name of a host. */
  private static final Pattern SWITCH = Pattern.compile("\\$\\{\\w+:-(?:on|off|true|false)}");

  private static final Pattern FILE =
      Pattern.compile("^(\\S+) has (?:an error|the following errors):");
  private static final YAMLMapper YAML = new YAMLMapper();

  private final ConfigurationSourceProvider files;
  private final UnaryOperator<@Nullable String> environment;

  ConfigurationVariables(
      ConfigurationSourceProvider files, UnaryOperator<@Nullable String> environment) {
    this.files = files;
    this.environment = environment;
  }

  /**
   * @throws UndefinedEnvironmentVariableException if a variable without a default is unset
   */
  @Override
  public InputStream open(String path) throws IOException {
    byte[] text;
    try (InputStream file = files.open(path)) {
      text = file.readAllBytes();
    }
    try {
      JsonNode tree = YAML.readTree(text);
      substitute(tree);
      // JSON, which is YAML with every string in quotes.
      return new ByteArrayInputStream(tree.toString().getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException _) {
      // Dropwizard's own parser says where the file is malformed.
      return new ByteArrayInputStream(text);
    }
  }

  private void substitute(JsonNode node) {
    if (node instanceof ObjectNode section) {
      for (Iterator<Map.Entry<String, JsonNode>> keys = section.properties().iterator();
          keys.hasNext(); ) {
        Map.Entry<String, JsonNode> key = keys.next();
        if (isVariable(key.getValue())) {
          String variable = key.getValue().textValue();
          String value = resolve(variable);
          if (value.isEmpty()) {
            keys.remove();
          } else {
            key.setValue(SWITCH.matcher(variable).matches() ? scalar(value) : text(value));
          }
        } else {
          substitute(key.getValue());
        }
      }
    } else if (node instanceof ArrayNode list) {
      substituteElements(list);
    }
  }

  /** A variable in a list holds any number of elements, separated by commas. */
  private void substituteElements(ArrayNode list) {
    for (int i = list.size() - 1; i >= 0; i--) {
      if (!isVariable(list.get(i))) {
        substitute(list.get(i));
        continue;
      }
      int at = i;
      for (String element : resolve(list.remove(i).textValue()).split(",", -1)) {
        if (!element.isBlank()) {
          list.insert(at++, element.strip());
        }
      }
    }
  }

  private static JsonNode scalar(String value) {
    return switch (value) {
      case "on" -> BooleanNode.TRUE;
      case "off" -> BooleanNode.FALSE;
      default -> text(value);
    };
  }

  private static JsonNode text(String value) {
    return TextNode.valueOf(value);
  }

  /**
   * Returns the variables of the keys that a message names, such as {@code
   * server.adminConnectors[0]} or a section.
   */
  static String namesIn(String message) {
    Matcher file = FILE.matcher(message);
    if (!file.find()) {
      return "";
    }
    try {
      JsonNode tree = YAML.readTree(Path.of(file.group(1)).toFile());
      Map<String, String> variables = new LinkedHashMap<>();
      collect("", tree, variables);
      String comparable = message.replace(".[", "[");
      List<String> named =
          variables.entrySet().stream()
              .filter(one -> isNamed(one.getKey(), comparable))
              .map(Map.Entry::getValue)
              .toList();
      return named.isEmpty() ? "" : " (from " + String.join(", ", named) + ")";
    } catch (IOException | InvalidPathException _) {
      return "";
    }
  }

  private static boolean isNamed(String key, String message) {
    return Pattern.compile("(?<![\\w.])" + Pattern.quote(key) + "(?![\\w])")
        .matcher(message)
        .find();
  }

  private static void collect(String path, JsonNode node, Map<String, String> variables) {
    if (isVariable(node)) {
      Matcher variable = VARIABLE.matcher(node.textValue());
      variable.results().forEach(one -> variables.put(path, one.group(1)));
    } else if (node instanceof ObjectNode section) {
      section
          .properties()
          .forEach(key ->
              collect(
                  path.isEmpty() ? key.getKey() : path + "." + key.getKey(),
                  key.getValue(),
                  variables));
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        collect(isVariable(list.get(i)) ? path : path + "[" + i + "]", list.get(i), variables);
      }
    }
  }

  private static boolean isVariable(JsonNode node) {
    return node.isTextual() && VARIABLE.matcher(node.textValue()).find();
  }

  private String resolve(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            variable -> Matcher.quoteReplacement(value(variable.group(1), variable.group(2))))
        .strip();
  }

  private String value(String name, @Nullable String byDefault) {
    String given = environment.apply(name);
    if (given != null && !given.isBlank()) {
      return given;
    }
    if (byDefault == null) {
      throw new UndefinedEnvironmentVariableException(
          "The environment variable " + name + " is not set, and it has no default");
    }
    return byDefault;
  }
}
