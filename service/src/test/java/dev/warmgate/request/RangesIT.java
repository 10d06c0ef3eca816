package dev.warmgate.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that values at and beyond the limits of PostgreSQL's types, in every parameter and field
 * of every endpoint, are used or refused, and never cause a 5xx. The endpoints come from the
 * contract, so new ones are included.
 */
final class RangesIT {
  /** Otherwise every fifteenth request is sent, which are others for each field. */
  private static final boolean ALL = Boolean.getBoolean("tests.full");

  private static final int SHARE = 15;
  private static final String ID = "00000000-0000-0000-0000-000000000000";

  /** For parameters, and as strings for fields. */
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "0",
          "-1",
          "1.5",
          "1e3",
          "NaN",
          "-infinity",
          "infinity",
          "now",
          "٣",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "999999999999999999",
          "9".repeat(400),
          "-4714-11-24T00:00:00Z",
          "-4713-01-01T00:00:00Z",
          "0000-01-01T00:00:00Z",
          "0001-01-01T00:00:00Z",
          "0001-01-01T00:00:00+18:00",
          "1969-12-31T23:59:59.999999999Z",
          "2016-12-31T23:59:60Z",
          "2026-02-30T00:00:00Z",
          "2026-11-28T24:00:00Z",
          "2026-11-28T00:00:00+99:99",
          "2026-11-28",
          "9999-12-31T23:59:59.999999Z",
          "9999-12-31T23:59:59.9999999Z",
          "9999-12-31T23:59:59-18:00",
          "+10000-01-01T00:00:00Z",
          "+294276-12-31T23:59:59.999999Z",
          "+294277-01-01T00:00:00Z",
          "+999999999-12-31T23:59:59Z",
          "-999999999-01-01T00:00:00Z",
          "1-1-1-1-1",
          "ffffffff-ffff-ffff-ffff-ffffffffffff",
          "0." + ID,
          "999999999999999999.ffffffff-ffff-ffff-ffff-ffffffffffff",
          "9223372036854775807." + ID,
          "a\u0000b",
          "%_\\'\"",
          "\uD83D\uDE00@example.com");

  /** For fields: JSON that is no string. */
  private static final List<String> NUMBERS =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "1e400",
          "-0.0",
          "2147483647",
          "2147483648",
          "9223372036854775808",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "[]",
          "[null]",
          "[0]");

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private final ApiClient api = SERVICE.api();
  private final SoftAssertions all = new SoftAssertions();
  private final JsonNode contract = api.get("/openapi.json").body();

  private String admin;
  private String serviceKey;
  private int made;

  @BeforeEach
  void makeCallers() throws Exception {
    admin = AdminAccount.token(SERVICE);
    serviceKey = NewServiceKey.with(SERVICE, Scopes.ALL.toArray(String[]::new));
  }

  @Test
  void neverCauseAnError() {
    contract
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation ->
                    walk(
                        operation.getKey().toUpperCase(Locale.ROOT),
                        path.getKey(),
                        operation.getValue())));

    assertThat(made).isGreaterThan(1500);
    all.assertAll();
  }

  /** What PostgreSQL holds is accepted: all of RFC 3339's times, and the largest numbers. */
  @Test
  void areAcceptedUpToTheLimits() {
    String first = "0001-01-01T00:00:00Z";
    String last = "9999-12-31T23:59:59.999999Z";
    assertThat(
            Stream.of(
                    "/api/v1/audit?since=" + first + "&until=" + last,
                    "/api/v1/audit?since=" + last + "&until=" + first,
                    "/api/v1/audit?before=0",
                    "/api/v1/audit?before=999999999999999999",
                    "/api/v1/admin/accounts?after=0." + ID,
                    "/api/v1/admin/accounts?after=999999999999999999." + ID,
                    "/api/v1/auth/sessions?after=999999999999999999." + ID)
                .map(path -> api.get(path, admin)))
        .extracting(Answer::status)
        .containsOnly(200);
  }

  private void walk(String method, String path, JsonNode operation) {
    for (JsonNode parameter : operation.path("parameters")) {
      String name = parameter.path("name").asText();
      for (String text : TEXTS) {
        String value = HostileExamples.encoded(text);
        switch (parameter.path("in").asText()) {
          case "path" ->
              send(
                  operation, method, replaced(path, name, value.isEmpty() ? "%20" : value), "", "");
          case "query" ->
              send(
                  operation,
                  method,
                  HostileExamples.examples(path) + "?" + name + "=" + value,
                  "",
                  "");
          default -> {}
        }
      }
    }
    operation
        .path("requestBody")
        .path("content")
        .properties()
        .forEach(content -> {
          List<String> fields = fields(content.getValue());
          boolean json = content.getKey().equals("application/json");
          for (String field : fields) {
            for (String body : json ? objects(fields, field) : forms(fields, field)) {
              send(operation, method, HostileExamples.examples(path), content.getKey(), body);
            }
          }
        });
  }

  private static String replaced(String path, String name, String value) {
    return HostileExamples.examples(path.replace("{" + name + "}", value));
  }

  private static List<String> objects(List<String> fields, String field) {
    return Stream.concat(TEXTS.stream().map(HostileExamples::quoted), NUMBERS.stream())
        .map(value -> HostileExamples.object(fields, field, value))
        .toList();
  }

  private static List<String> forms(List<String> fields, String field) {
    return TEXTS.stream()
        .map(text ->
            HostileExamples.form(fields, field) + field + "=" + HostileExamples.encoded(text))
        .toList();
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
    return fields;
  }

  private void send(JsonNode operation, String method, String path, String type, String body) {
    made++;
    if (!ALL && made % SHARE != 0) {
      return;
    }
    String role = operation.path("x-warmgate-roles").path(0).asText();
    // On a connection of its own: the service closes one on which it leaves a body unread.
    byte[] bytes = body.getBytes(UTF_8);
    Answer answer =
        RawHttp.send(
            SERVICE.port(),
            "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\n%s\r\n%s"
                .formatted(
                    method,
                    path,
                    role.equals("service") ? serviceKey : admin,
                    type.isEmpty()
                        ? ""
                        : "Content-Type: %s\r\nContent-Length: %d\r\n"
                            .formatted(type, bytes.length),
                    new String(bytes, ISO_8859_1)));
    all.assertThat(answer.status())
        .as("%s %s %s: %s", method, path, body, answer.body())
        .isLessThan(500);
    if (path.contains("logout") && answer.status() == 204) {
      admin = AdminAccount.token(SERVICE);
    }
  }
}
