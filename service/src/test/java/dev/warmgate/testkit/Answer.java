package dev.warmgate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;

/** An HTTP response; the body is a missing node if it is empty or not JSON. */
public record Answer(int status, HttpHeaders headers, JsonNode body) {
  public String text(String field) {
    return body.path(field).asText();
  }

  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** Returns the problem's machine-readable code; empty if there is none. */
  public String code() {
    return text("code");
  }
}
