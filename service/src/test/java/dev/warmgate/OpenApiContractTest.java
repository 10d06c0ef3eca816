package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.account.AccountResource;
import dev.warmgate.session.SessionResource;
import dev.warmgate.status.MiddlewareStatusResource;
import dev.warmgate.status.OpenApiResource;
import dev.warmgate.status.PingResource;
import dev.warmgate.token.JwksResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Pins the delivered contract; {@code -Dopenapi.update=true} rewrites it after a wanted change. */
final class OpenApiContractTest {
  private static final Path DELIVERED = Path.of("src/main/resources/openapi.json");

  @Test
  void isWhatTheResourcesSay() throws IOException {
    String generated =
        OpenApiGenerator.generate(
            Set.of(
                AccountResource.class,
                JwksResource.class,
                MiddlewareStatusResource.class,
                OpenApiResource.class,
                PingResource.class,
                SessionResource.class));
    if (Boolean.getBoolean("openapi.update")) {
      Files.writeString(DELIVERED, generated);
    }

    assertThat(Files.readString(DELIVERED))
        .as("run: mvn -pl service test -Dtest=OpenApiContractTest -Dopenapi.update=true")
        .isEqualTo(generated);
  }
}
