package dev.warmgate.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.ApiClient;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The harmless parts of a hostile request: bodies, paths and their encoding. */
final class HostileExamples {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Valid values of fields; every other field gets a short text. */
  static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry("email", "\"somebody@example.com\""),
          Map.entry("password", "\"" + ApiClient.PASSWORD + "\""),
          // With the correct password, the change would succeed and end the caller's session.
          Map.entry("current_password", "\"not the current one\""),
          Map.entry("new_password", "\"" + ApiClient.PASSWORD + "\""),
          Map.entry("url", "\"https://hooks.example/\""),
          Map.entry("events", "[\"key.rotated\"]"),
          Map.entry("request_id", "\"00000000-0000-0000-0000-000000000000\""),
          Map.entry("limit", "10"),
          Map.entry("grant_type", "\"refresh_token\""),
          Map.entry("client_id", "\"warmgate-first-party\""));

  private HostileExamples() {}

  static String object(List<String> fields, String field, String value) {
    Map<String, String> members = new TreeMap<>();
    fields.forEach(name -> members.put(name, VALUES.getOrDefault(name, "\"x\"")));
    members.put(field, value);
    StringBuilder json = new StringBuilder("{");
    members.forEach((name, text) ->
        json.append(json.length() > 1 ? "," : "")
            .append('"')
            .append(name)
            .append("\":")
            .append(text));
    return json.append('}').toString();
  }

  static String form(List<String> fields, String except) {
    StringBuilder form = new StringBuilder();
    for (String field : fields) {
      // A scope is always refused, before the fields after it are read.
      if (!field.equals(except) && !field.equals("scope")) {
        form.append(field)
            .append('=')
            .append(VALUES.getOrDefault(field, "x").replace("\"", ""))
            .append('&');
      }
    }
    return form.toString();
  }

  static String examples(String path) {
    return path.replaceAll("\\{[a-z]+}", "00000000-0000-0000-0000-000000000000");
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  static String quoted(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
