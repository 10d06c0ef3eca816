package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that every fixture keeps its verdict and cause behind every style of prefix: by default
 * each style before a part of the fixtures, with -Dtests.full=true each before all.
 */
class DeployLogPrefixesIT {

  private static final int PART = Boolean.getBoolean("tests.full") ? 1 : 48;

  @TempDir Path directory;

  @Test
  void prefixesChangeNeitherVerdictNorCause() throws IOException {
    List<Log> fixtures = Checker.fixtures();
    List<String> styles =
        Files.readAllLines(Checker.FIXTURES.resolve("prefixes.txt")).stream()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.substring(0, line.length() - 1))
            .toList();
    List<Log> logs = new ArrayList<>(fixtures);
    for (int s = 0; s < styles.size(); s++) {
      for (int f = s % PART; f < fixtures.size(); f += PART) {
        Log log = fixtures.get(f);
        logs.add(new Log(log.name() + " " + s, prefixed(log.text(), styles.get(s))));
      }
    }
    Map<String, JsonNode> findings = new HashMap<>();
    for (int i = 0; i < logs.size(); i += 5_000) {
      List<Log> some = logs.subList(i, Math.min(logs.size(), i + 5_000));
      findings.putAll(new Checker(directory).judge(some));
    }

    assertThat(styles).hasSizeGreaterThanOrEqualTo(40);
    assertThat(logs)
        .allSatisfy(log -> {
          JsonNode plain = findings.get(log.name().replaceFirst(" .*", ""));
          JsonNode finding = findings.get(log.name());
          assertThat(finding.get("verdict")).as(log.name()).isEqualTo(plain.get("verdict"));
          assertThat(finding.get("cause")).as(log.name()).isEqualTo(plain.get("cause"));
        });
  }

  private static String prefixed(String text, String style) {
    var out = new StringBuilder();
    int n = 0;
    for (String line : text.lines().toList()) {
      out.append(
              style
                  .replace("SS", "%02d".formatted(n % 60))
                  .replace("MMM", "%03d".formatted(n * 7 % 1000))
                  .replace("NN", String.valueOf(n + 1)))
          .append(line)
          .append('\n');
      n++;
    }
    return out.toString();
  }
}
