package dev.warmgate.loadtest.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;

/**
 * A whole answer.
 *
 * @param seconds from the sending of the request to the end of the answer
 */
public record Reply(int status, HttpHeaders headers, String body, double seconds) {
  /** Returns the body, or a missing node if it is not JSON. */
  public JsonNode json() {
    return Json.read(body);
  }

  /** Returns a text field of the JSON body, or "" if it is missing. */
  public String field(String name) {
    return json().path(name).asText("");
  }
}
