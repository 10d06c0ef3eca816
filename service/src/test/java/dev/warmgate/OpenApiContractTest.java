package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
