package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.warmgate.testkit.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares the delivered contract with the code; {@code -Dopenapi.update=true} rewrites it. */
final class OpenApiContractTest {
  private static final Path DELIVERED = Path.of("src/main/resources/openapi.json");

  @Test
  void matchesTheResources() throws IOException {
    String generated = OpenApiGenerator.generate(Resources.all());
    if (Boolean.getBoolean("openapi.update")) {
      Files.writeString(DELIVERED, generated);
    }

    assertThat(Files.readString(DELIVERED))
        .as("run: mvn -pl service test -Dtest=OpenApiContractTest -Dopenapi.update=true")
        .isEqualTo(generated);
  }

  /**
   * By the schema of the OpenAPI Initiative, and with JSON Schemas in place of its {@code true}.
   */
  @Test
  void isAValidOpenApiDocument() throws IOException {
    JsonSchema openApi =
        JsonSchemaFactory.getInstance(
                VersionFlag.V202012,
                builder ->
                    builder.schemaMappers(mappers ->
                        mappers.mapPrefix(
                            "https://spec.openapis.org", "classpath:spec.openapis.org")))
            .getSchema(
                SchemaLocation.of("https://spec.openapis.org/oas/3.1/schema-base/2022-10-07"));
    String contract = Files.readString(DELIVERED);

    assertThat(openApi.validate(contract, InputFormat.JSON)).isEmpty();
    assertThat(
            openApi.validate(contract.replace("\"description\"", "\"x-none\""), InputFormat.JSON))
        .as("what the schema finds if responses have no description")
        .isNotEmpty();
    assertThat(
            openApi.validate(
                contract.replace("\"type\" : \"object\"", "\"type\" : 7"), InputFormat.JSON))
        .as("what the schema finds in schemas")
        .isNotEmpty();
  }

  @Test
  void saysOfEveryOperationWhoMayCallItAndWhatItsNameIs() throws IOException {
    Set<String> ids = new HashSet<>();
    for (JsonNode path : new ObjectMapper().readTree(DELIVERED.toFile()).path("paths")) {
      for (JsonNode operation : path) {
        assertThat(operation.has("security")).as("%s", operation).isTrue();
        assertThat(ids.add(operation.path("operationId").asText())).as("%s", operation).isTrue();
      }
    }
    assertThat(ids).isNotEmpty();
  }
}
