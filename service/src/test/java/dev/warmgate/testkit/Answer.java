package dev.warmgate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;

/** What the service answered; the body is a missing node if there was none. */
public record Answer(int status, HttpHeaders headers, JsonNode body) {
  public String text(String field) {
    return body.path(field).asText();
  }

  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** The machine-readable name of the error. */
  public String code() {
    return text("code");
  }
}
