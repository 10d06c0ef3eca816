package dev.warmgate.loadtest.gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Check.Kind;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import dev.warmgate.loadtest.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
  private static final Check NOISE = Check.atMost(Kind.MEASUREMENT, "foreign.cpu", 60, 15, "%");
  private static final Check GOOD = Check.atMost(Kind.LIMIT, "ping.p95", 3, 200, "ms");
  private static final Result DISTURBED = result(NOISE);
  private static final Result VALID = result(GOOD).asAttempt(2);

  @TempDir private Path directory;

  @Test
  void onlyTheLastAttemptCounts() {
    Report passed = report(DISTURBED.asRepeated(), VALID);
    Report invalid = report(DISTURBED.asRepeated(), DISTURBED.asAttempt(2));

    assertThat(passed.verdict()).isEqualTo(Verdict.PASS);
    assertThat(passed.reasons()).isEmpty();
    assertThat(TextReport.conclusion(passed))
        .isEqualTo("PASS    1 runs, 1 checks, 0 failed, 1 invalid attempts repeated");
    assertThat(invalid.verdict()).isEqualTo(Verdict.INVALID);
    assertThat(invalid.reasons()).hasSize(1);
  }

  @Test
  void everyFormShowsAllAttempts() throws IOException {
    ReportFiles.write(
        report(DISTURBED.asRepeated(), VALID),
        directory,
        Map.of(),
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));

    JsonNode simulations = Json.read(read("report.json")).path("simulations");
    assertThat(simulations).hasSize(2);
    assertThat(simulations.path(0).path("repeated").asBoolean()).isTrue();
    assertThat(simulations.path(0).path("verdict").asText()).isEqualTo("INVALID");
    assertThat(simulations.path(1).path("attempt").asInt()).isEqualTo(2);
    assertThat(read("report.md"))
        .contains("## LoginSimulation, attempt 1: INVALID")
        .contains("- foreign.cpu 60 %, not <= 15")
        .contains("## LoginSimulation, attempt 2: PASS");
    assertThat(read("report.html"))
        .contains("LoginSimulation, attempt 1")
        .contains("LoginSimulation, attempt 2");
    assertThat(read("junit.xml"))
        .contains(
            "\"LoginSimulation, attempt 1\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"")
        .contains("<skipped message=\"foreign.cpu 60 %, not &lt;= 15\"/>")
        .contains(
            "\"LoginSimulation, attempt 2\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"");
  }

  @Test
  void theTableSaysWhatPassed() {
    assertThat(TextReport.table(report(DISTURBED, VALID)))
        .containsExactly(
            "LoginSimulation  INVALID     10 s  0 of 0 bars kept",
            "LoginSimulation, attempt 2 PASS        10 s  1 of 1 bars kept");
  }

  private String read(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  private static Result result(Check check) {
    return Result.of("LoginSimulation", 10, List.of(check), Map.of());
  }

  private static Report report(Result... results) {
    RunEnvironment environment =
        new RunEnvironment("a time", "abc1234", "ci", "", "Some CPU", 2, "", "", false, "");
    return Report.of(environment, Thresholds.defaults(), List.of(results));
  }
}
