package dev.warmgate.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Puts each of the {@link HostileInputs} into every field, parameter and header of every endpoint.
 * The endpoints come from the contract, so new ones are included.
 */
final class HostileRequests {
  /** The maximum size of a body, in bytes. */
  private static final int BODY = 64 * 1024;

  /** The maximum size of all headers, less what the request itself needs, in bytes. */
  private static final int HEAD = 7 * 1024;

  private static final String FORM = "application/x-www-form-urlencoded";

  /** The headers that the service, Jersey or Jetty reads. */
  private static final List<String> HEADERS =
      List.of(
          "Accept",
          "Accept-Charset",
          "Accept-Encoding",
          "Accept-Language",
          "Authorization",
          "Content-Type",
          "Cookie",
          "Forwarded",
          "If-None-Match",
          "Origin",
          "Range",
          "User-Agent",
          "X-Forwarded-For",
          "X-Request-Id",
          "X-Warmgate-Load-Test",
          "X-Warmgate-Warmup",
          "traceparent");

  private final JsonNode contract;
  private final Random random;
  private final Consumer<Request> each;
  private String role = "";

  /**
   * One request; {@code name} says what is hostile, {@code role} which caller gets furthest with
   * it.
   */
  record Request(
      String name,
      String role,
      String method,
      String path,
      String contentType,
      Map<String, String> headers,
      String body) {
    @Override
    public String toString() {
      return name;
    }
  }

  private HostileRequests(JsonNode contract, Random random, Consumer<Request> each) {
    this.contract = contract;
    this.random = random;
    this.each = each;
  }

  /**
   * Makes the requests one by one, since all of them together are large.
   *
   * @param random chooses lengths
   */
  static void forEach(JsonNode contract, Random random, Consumer<Request> each) {
    HostileRequests requests = new HostileRequests(contract, random, each);
    contract
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation ->
                    requests.walk(
                        operation.getKey().toUpperCase(Locale.ROOT),
                        path.getKey(),
                        operation.getValue())));
    requests.headers("account", "GET", "/api/v1/auth/me");
    requests.headers("service", "POST", "/api/v1/auth/introspect");
    requests.headers("account", "GET", "/nothing");
  }

  private void walk(String method, String path, JsonNode operation) {
    role = operation.path("x-warmgate-roles").path(0).asText("account");
    // The value "x" is never valid, so that no request ends a session.
    StringBuilder query = new StringBuilder("?");
    for (JsonNode parameter : operation.path("parameters")) {
      String name = parameter.path("name").asText();
      switch (parameter.path("in").asText()) {
        case "path" -> inPath(method, path, name);
        case "query" -> {
          inQuery(method, path, name);
          query.append(name).append("=x&");
        }
        default -> {}
      }
    }
    HostileInputs.FORMS.forEach(form ->
        add(
            method,
            path,
            "query of " + form,
            HostileExamples.examples(path) + query + form.ofBytes(HEAD),
            "",
            ""));
    JsonNode content = operation.path("requestBody").path("content");
    if (content.has("application/json")) {
      json(method, path, fields(content.path("application/json")));
    } else if (content.has(FORM)) {
      form(method, path, fields(content.path(FORM)));
    }
  }

  private List<String> fields(JsonNode content) {
    String name = content.path("schema").path("$ref").asText().replaceAll(".*/", "");
    List<String> fields = new ArrayList<>();
    contract
        .path("components")
        .path("schemas")
        .path(name)
        .path("properties")
        .fieldNames()
        .forEachRemaining(fields::add);
    if (fields.isEmpty()) {
      throw new IllegalStateException("no fields in " + content);
    }
    return fields;
  }

  private void inPath(String method, String path, String name) {
    texts(
        HEAD / 3,
        text ->
            add(
                method,
                path,
                name + " of " + text.name(),
                HostileExamples.examples(
                    path.replace("{" + name + "}", HostileExamples.encoded(text.value()))),
                "",
                ""));
  }

  private void inQuery(String method, String path, String name) {
    texts(
        HEAD,
        text -> {
          String query =
              text.value().contains("%") ? text.value() : HostileExamples.encoded(text.value());
          add(
              method,
              path,
              name + " of " + text.name(),
              HostileExamples.examples(path)
                  + "?"
                  + name
                  + "="
                  + (query.length() > HEAD ? query.substring(0, HEAD - HEAD % 3) : query),
              "",
              "");
        });
  }

  private void json(String method, String path, List<String> fields) {
    for (String field : fields) {
      int room = BODY - HostileExamples.object(fields, field, "").getBytes(UTF_8).length;
      texts(
          room - 2,
          text ->
              addJson(
                  method,
                  path,
                  field + " of " + text.name(),
                  HostileExamples.object(fields, field, HostileExamples.quoted(text.value()))));
      values(
          room,
          value ->
              addJson(
                  method,
                  path,
                  field + " of " + value.name(),
                  HostileExamples.object(fields, field, value.value())));
    }
    String unknown = "unknown";
    int room = BODY - HostileExamples.object(fields, unknown, "").getBytes(UTF_8).length;
    values(
        room,
        value ->
            addJson(
                method,
                path,
                "unknown field of " + value.name(),
                HostileExamples.object(fields, unknown, value.value())));
    values(BODY, value -> addJson(method, path, "body of " + value.name(), value.value()));
  }

  private void addJson(String method, String path, String name, String body) {
    add(method, path, name, HostileExamples.examples(path), "application/json", body);
  }

  private void form(String method, String path, List<String> fields) {
    for (String field : fields) {
      String others = HostileExamples.form(fields, field);
      int room = BODY - others.length() - field.length() - 1;
      texts(
          room,
          text -> {
            String value =
                text.value().contains("%") ? text.value() : HostileExamples.encoded(text.value());
            if (value.length() <= room) {
              addForm(method, path, field + " of " + text.name(), others + field + "=" + value);
            }
          });
    }
    HostileInputs.FORMS.forEach(
        form -> addForm(method, path, "form of " + form, form.ofBytes(BODY)));
  }

  private void addForm(String method, String path, String name, String body) {
    add(method, path, name, HostileExamples.examples(path), FORM, body);
  }

  private void headers(String role, String method, String path) {
    for (String header : HEADERS) {
      for (String scheme :
          header.equals("Authorization") ? List.of("Bearer ", "Basic ", "") : List.of("")) {
        texts(
            HEAD,
            text -> {
              // Only visible ASCII characters and spaces are allowed in a header.
              if (text.value().chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
                each.accept(
                    new Request(
                        method + " " + path + ", " + header + " of " + scheme + text.name(),
                        role,
                        method,
                        path,
                        "",
                        Map.of(header, scheme + text.value()),
                        ""));
              }
            });
      }
    }
  }

  private void add(
      String method, String path, String name, String target, String type, String body) {
    each.accept(
        new Request(method + " " + path + ", " + name, role, method, target, type, Map.of(), body));
  }

  /** A value and its name. */
  private record Named(String name, String value) {}

  /** Passes on a random third of the texts, since all of them take too long for a build. */
  private void texts(int room, Consumer<Named> consumer) {
    for (HostileInputs.Text kind : HostileInputs.TEXTS) {
      kind.within(room, random)
          .filter(_ -> random.nextInt(3) == 0)
          .forEach(text -> consumer.accept(new Named(kind + " (" + text.length() + ")", text)));
    }
  }

  private static void values(int room, Consumer<Named> consumer) {
    HostileInputs.VALUES.forEach(
        kind -> consumer.accept(new Named(kind.name(), kind.ofBytes(room))));
    HostileInputs.GENERATED_VALUES.forEach(generator -> {
      String value = generator.apply(room);
      consumer.accept(new Named(value.substring(0, 12) + "…", value));
    });
  }
}
