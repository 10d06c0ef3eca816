package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import net.sourceforge.argparse4j.inf.Namespace;
import org.junit.jupiter.api.Test;

final class CalibrateCommandTest {
  private final StringWriter printed = new StringWriter();
  private final CalibrateCommand command =
      new CalibrateCommand(Duration.ZERO, new PrintWriter(printed, true));

  @Test
  void printsTheCostsThenTheLibrariesAndWhatWasNotMeasured() throws Exception {
    command.run(null, arguments(Map.of("json", false)));

    assertThat(printed.toString())
        .startsWith("Argon2id by libsodium, 1 hashes at once, median times:")
        .contains("  19456  2  1  ", "Libraries and huge pages (", "times  huge pages  library")
        .containsPattern("1[.]00  (no |yes) +libsodium")
        .contains("libargon2 was not measured", "/nowhere/libargon2.so");
  }

  @Test
  void printsTheSameAsJson() throws Exception {
    command.run(null, arguments(Map.of("json", true)));

    JsonNode report = new ObjectMapper().readTree(printed.toString());
    assertThat(report.at("/library").asText()).isEqualTo("libsodium");
    assertThat(report.at("/rows").size()).isEqualTo(5);
    assertThat(report.at("/libraries/rows/0/library").asText()).isEqualTo("libsodium");
    assertThat(report.at("/libraries/rows/0/hashes_per_second").asDouble()).isPositive();
    assertThat(report.at("/libraries/transparent_huge_pages").asText())
        .isIn("always", "madvise", "never");
    assertThat(report.at("/libraries/notes").isArray()).isTrue();
  }

  private static Namespace arguments(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(more);
    all.put("threads", 1);
    all.put("library", "/nowhere/libargon2.so");
    return new Namespace(all);
  }
}
