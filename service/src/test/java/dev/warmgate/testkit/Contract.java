package dev.warmgate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The delivered contract, which says of every answer whether it is described: its status, its media
 * type and its body, in which a member that the contract does not name is an error too.
 */
final class Contract {
  private static final String URL = "https://contract.example/openapi.json";
  private static final String PROBLEM = "/components/responses/problem";
  private static final SchemaValidatorsConfig ASSERTED =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

  private final JsonNode contract;
  private final JsonSchemaFactory factory;
  private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();
  private final List<Described> paths;

  private record Described(Pattern url, String template, JsonNode operations) {}

  private static final class Delivered {
    static final Contract CONTRACT = new Contract();
  }

  private Contract() {
    try (InputStream file = Contract.class.getResourceAsStream("/openapi.json")) {
      contract = new ObjectMapper().readTree(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    for (JsonNode schema : contract.at("/components/schemas")) {
      if (schema.has("properties")) {
        ((ObjectNode) schema).put("additionalProperties", false);
      }
    }
    // The contract is no schema, but contains them.
    JsonMetaSchema keywords =
        JsonMetaSchema.builder(JsonMetaSchema.getV202012())
            .keywords(
                Stream.of("openapi", "info", "servers", "paths", "components")
                    .map(NonValidationKeyword::new)
                    .toList())
            .build();
    factory =
        JsonSchemaFactory.getInstance(
            VersionFlag.V202012,
            builder ->
                builder
                    .metaSchema(keywords)
                    .schemaLoaders(loaders -> loaders.schemas(Map.of(URL, contract.toString()))));
    paths =
        contract.path("paths").properties().stream()
            .map(path ->
                new Described(
                    Pattern.compile(path.getKey().replaceAll("\\{\\w+}", "[^/]+")),
                    path.getKey(),
                    path.getValue()))
            // A literal path goes before a template that matches it too.
            .sorted(Comparator.comparing(path -> path.template().contains("{")))
            .toList();
  }

  static Contract delivered() {
    return Delivered.CONTRACT;
  }

  /** Fails the test if the contract does not describe the answer. */
  void check(String method, String path, int status, HttpHeaders headers, String body) {
    // The form of another API has its own contract.
    if (Set.of("HEAD", "OPTIONS").contains(method) || path.startsWith("/auth/v1")) {
      return;
    }
    String response = response(method.toLowerCase(Locale.ROOT), path, status);
    if (response == null) {
      return;
    }
    String answer = method + " " + path + " with " + status;
    contract
        .at("/components/headers")
        .fieldNames()
        .forEachRemaining(name ->
            require(
                headers.firstValue(name).isEmpty()
                    || contract.at(response).path("headers").has(name),
                answer + ": the contract does not describe " + name));
    String type = headers.firstValue("Content-Type").orElse("");
    JsonNode content = contract.at(response).path("content");
    String mediaType = type.replaceAll(" *;.*", "");
    if (content.isMissingNode()) {
      require(body.isEmpty(), answer + ": the contract describes no body");
      return;
    }
    require(content.has(mediaType), answer + ": the contract does not describe " + type);
    String pointer = response + "/content/" + mediaType.replace("/", "~1") + "/schema";
    Set<ValidationMessage> wrong = schema(pointer).validate(json(body));
    require(wrong.isEmpty(), answer + ": the contract does not describe " + wrong);
  }

  /** Returns where the contract describes the response; {@code null} for endpoints of tests. */
  private @Nullable String response(String method, String path, int status) {
    List<Described> matching =
        paths.stream().filter(known -> known.url().matcher(path).matches()).toList();
    if (matching.isEmpty()) {
      return status < 400 ? null : PROBLEM;
    }
    Described described =
        matching.stream()
            .filter(known -> known.operations().has(method))
            .findFirst()
            .orElse(matching.getFirst());
    JsonNode operation = described.operations().path(method);
    if (operation.isMissingNode()) {
      require(status >= 400, "the contract does not describe " + method + " " + path);
      operation = described.operations().iterator().next();
    }
    String code = operation.path("responses").has("" + status) ? "" + status : "default";
    require(
        status >= 400 || !code.equals("default"),
        "the contract does not describe " + status + " for " + method + " " + path);
    JsonNode reference = operation.path("responses").path(code).path("$ref");
    return reference.isMissingNode()
        ? "/paths/%s/%s/responses/%s"
            .formatted(described.template().replace("/", "~1"), method, code)
        : reference.asText().substring(1);
  }

  private JsonSchema schema(String pointer) {
    return schemas.computeIfAbsent(
        pointer, _ -> factory.getSchema(SchemaLocation.of(URL + "#" + pointer), ASSERTED));
  }

  private static JsonNode json(String body) {
    try {
      return new ObjectMapper().readTree(body);
    } catch (IOException noJson) {
      throw new AssertionError("the body is no JSON", noJson);
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
