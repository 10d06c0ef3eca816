package dev.warmgate.cli.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of one run of {@code validate}.
 *
 * @param json the report for programs
 */
record Run(int status, JsonNode json, String errors) {
  static Run of(String url, String serviceKey, boolean logins) {
    return of(url, serviceKey, logins, null);
  }

  static Run of(String url, String serviceKey, boolean logins, @Nullable Path junit) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Validate.Options options =
        new Validate.Options(
            URI.create(url),
            serviceKey,
            logins,
            true,
            Optional.ofNullable(junit),
            Duration.ofSeconds(2));
    try {
      int status = new Validate(new PrintWriter(out), new PrintWriter(err), false).run(options);
      return new Run(status, new ObjectMapper().readTree(out.toString()), err.toString());
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  String outcome(String check) {
    return field(check, "outcome");
  }

  String field(String check, String field) {
    for (JsonNode one : json.path("checks")) {
      if (one.path("check").asText().equals(check)) {
        return one.path(field).asText();
      }
    }
    return "no such check";
  }

  String summary() {
    return json.path("summary").asText();
  }
}
