package dev.warmgate.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class BenchTest {
  /** The script refuses an unknown name before it builds anything, and so has a list of its own. */
  @Test
  void theScriptKnowsTheSameBenchmarks() throws IOException {
    assertThat(Files.readAllLines(Path.of("../scripts/gate/compare.sh")))
        .contains("BENCHMARKS=(" + String.join(" ", Bench.names()) + ")");
  }
}
