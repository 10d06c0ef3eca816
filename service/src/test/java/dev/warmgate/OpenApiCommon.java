package dev.warmgate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.request.Authenticated;
import java.util.List;

/**
 * What the contract says that no resource class declares: the headers of answers, the header of
 * load tests, and the health check, which is a servlet.
 */
final class OpenApiCommon {
  static final String HEALTH_CHECK = "/health-check";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> OF_ALL =
      List.of("X-Request-Id", "RateLimit", "RateLimit-Policy");
  private static final List<String> OF_ERRORS =
      List.of("Retry-After", "WWW-Authenticate", "Allow", "Accept-Encoding");

  private OpenApiCommon() {}

  static ObjectNode headers() {
    ObjectNode headers = JSON.objectNode();
    header(headers, "X-Request-Id", "string", "The id of the request, as in the log");
    header(headers, "RateLimit", "string", "What is left of a limit that applies");
    header(headers, "RateLimit-Policy", "string", "The limit and its window in seconds");
    header(headers, "Retry-After", "integer", "The seconds after which to try again")
        .put("minimum", 1);
    header(headers, "WWW-Authenticate", "string", "With a 401: how to authenticate");
    header(headers, "Allow", "string", "With a 405: the methods of the path");
    header(headers, "Accept-Encoding", "string", "With a 415: the codings that bodies may have");
    return headers;
  }

  private static ObjectNode header(
      ObjectNode headers, String name, String type, String description) {
    return headers
        .putObject(name)
        .put("description", description)
        .putObject("schema")
        .put("type", type);
  }

  static void addHeaders(ObjectNode response) {
    OF_ALL.forEach(name -> refer(response, name));
  }

  static ObjectNode withHeadersOfErrors(ObjectNode response) {
    addHeaders(response);
    OF_ERRORS.forEach(name -> refer(response, name));
    return response;
  }

  private static void refer(ObjectNode response, String name) {
    response
        .withObjectProperty("headers")
        .putObject(name)
        .put("$ref", "#/components/headers/" + name);
  }

  /**
   * The header of load tests is described as a scheme of its own, since it goes with any other one
   * and with none.
   */
  static ObjectNode loadTestKey() {
    return JSON.objectNode()
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "X-Warmgate-Load-Test")
        .put(
            "description",
            "A service key of scope load-test, which lifts the limits per client address. Optional"
                + " with every operation, beside the credential that it needs");
  }

  /** Adds what is asked of the caller's session. */
  static void assurance(Authenticated rule, ObjectNode operation) {
    if (rule.aal() > 1) {
      operation.put("x-warmgate-aal", rule.aal());
    }
    if (!rule.maxAge().isEmpty()) {
      operation.put("x-warmgate-max-age", rule.maxAge());
    }
  }

  static ObjectNode healthCheck() {
    ObjectNode operation = JSON.objectNode();
    operation.putArray("tags").add("Health");
    operation.put("summary", "Report whether the service is ready, or alive");
    operation.put("operationId", "healthCheck");
    parameter(operation, "type", "Whether to ask for readiness, the default, or liveness")
        .putArray("enum")
        .add("ready")
        .add("alive");
    parameter(operation, "name", "A check whose state to show; all shows every one");
    ObjectNode responses = operation.putObject("responses");
    responses.set("200", states("It is"));
    responses.set("503", states("It is not"));
    responses.putObject("default").put("$ref", "#/components/responses/problem");
    operation.putArray("security");
    return operation;
  }

  private static ObjectNode parameter(ObjectNode operation, String name, String description) {
    return operation
        .withArray("parameters")
        .addObject()
        .put("name", name)
        .put("in", "query")
        .put("description", description)
        .putObject("schema")
        .put("type", "string");
  }

  private static ObjectNode states(String description) {
    ObjectNode response = JSON.objectNode().put("description", description);
    ObjectNode schema =
        response.putObject("content").putObject("application/json").putObject("schema");
    schema.put("type", "array").putObject("items").put("$ref", "#/components/schemas/HealthState");
    return response;
  }

  /** The state of a check as Dropwizard writes it. */
  static ObjectNode healthState() {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("name").put("type", "string");
    properties.putObject("healthy").put("type", "boolean");
    properties.putObject("type").put("type", "string").putArray("enum").add("READY").add("ALIVE");
    properties.putObject("critical").put("type", "boolean");
    properties.fieldNames().forEachRemaining(schema.putArray("required")::add);
    return schema;
  }
}
