package dev.warmgate.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the top of the checkout holds what belongs there, and no program left anything. */
final class LayoutTest {
  @Test
  void theTopLevelHoldsNothingElse() throws IOException {
    try (Stream<Path> top = Files.list(Page.ROOT)) {
      assertThat(
              top.map(entry -> entry.getFileName().toString())
                  .filter(name -> !name.startsWith(".") && !name.equals("target")))
          .containsExactlyInAnyOrder(
              "LICENSE",
              "README.md",
              "dashboards",
              "docker-compose.yml",
              "loadtest",
              "pom.xml",
              "scripts",
              "service");
    }
  }
}
