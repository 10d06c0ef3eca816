package dev.warmgate.cli.validate;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;

/**
 * A JSON answer.
 *
 * @param body a missing node if there was none
 * @param millis from sending the request to having read the answer
 */
record Reply(int status, HttpHeaders headers, JsonNode body, double millis) {
  boolean isOk() {
    return status >= 200 && status < 300;
  }

  String text(String field) {
    return body.path(field).asText();
  }

  /** The time that the service reports for the answer; NaN if it reports none. */
  double serverMillis() {
    return body.path("response_time_ms").asDouble(Double.NaN);
  }

  /** The status and, if there is one, the code of the problem. */
  String description() {
    String code = printable(text("code"));
    return code.isEmpty() ? "answered " + status : "answered " + status + " " + code;
  }

  /** Makes text from outside safe to print: ASCII, at most 120 characters. */
  static String printable(String text) {
    String clean = text.replaceAll("[^\\x20-\\x7e]", "?").strip();
    return clean.length() > 120 ? clean.substring(0, 120) + "..." : clean;
  }
}
