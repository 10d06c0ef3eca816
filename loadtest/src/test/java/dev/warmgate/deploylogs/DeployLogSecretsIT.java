package dev.warmgate.deploylogs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Log;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks by a table that secrets are not printed, and that what is none stays readable. */
class DeployLogSecretsIT {

  private static final String ERROR = "Error: listen EADDRINUSE: ";

  @TempDir Path directory;

  @Test
  void secretsAreRedactedByNameAndByForm() throws Exception {
    List<String[]> rows;
    try (var table = getClass().getResourceAsStream("/deploylogs/secrets.tsv")) {
      rows =
          new String(table.readAllBytes(), UTF_8)
              .lines()
              .filter(row -> !row.startsWith("#"))
              .map(row -> row.split("\t", -1))
              .toList();
    }
    List<Log> logs = new ArrayList<>();
    for (String[] row : rows) {
      logs.add(new Log(row[0], ERROR + row[0].replace("~", "") + "\n"));
    }
    Map<String, JsonNode> findings = new Checker(directory).judge(logs);

    assertThat(rows)
        .hasSizeGreaterThan(50)
        .allSatisfy(row -> {
          String shown = findings.get(row[0]).get("key_line").asText();
          assertThat(shown).startsWith(ERROR).contains(row[1]);
          if (!row[2].isEmpty()) {
            assertThat(findings.get(row[0]).toString().replace("\"source\":\"" + row[0], ""))
                .as(row[0])
                .satisfies(finding -> assertThat(shown).doesNotContain(row[2]));
          }
        });
  }

  @Test
  void theLinesOfAPrivateKeyAreNotShown() {
    String log =
        """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEowIBAAKCAQEAtopsecretline1
        topsecretline2==
        -----END RSA PRIVATE KEY-----
        Error: listen EADDRINUSE
        """;
    JsonNode finding = new Checker(directory).judge(List.of(new Log("log", log))).get("log");

    assertThat(finding.toString()).contains("EADDRINUSE").doesNotContain("topsecret");
  }
}
