package dev.warmgate.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("history.csv");
  }

  @Test
  void namesTheCommitThatMadeAFigureWorse() throws IOException {
    for (int i = 0; i < 20; i++) {
      append(
          i,
          "a machine",
          "PASS",
          Map.of("login.p95", i < 12 ? 60 + i % 3 : 80 + i % 3, "ping.p95", 9 + i % 2));
    }

    assertThat(History.read(file).changes())
        .singleElement()
        .asString()
        .startsWith("login.p95 ")
        .contains("61.00 ->", "80.88 (+33 %) since day 12, commit c12 ");
  }

  @Test
  void reportsWhenNothingChanged() throws IOException {
    for (int i = 0; i < 20; i++) {
      append(i, "a machine", "PASS", Map.of("login.p95", 60 + i % 3));
    }

    assertThat(History.read(file).changes())
        .containsExactly("No change in 20 runs on this machine: login.p95.");
  }

  @Test
  void ignoresOtherMachinesAndInvalidRuns() throws IOException {
    for (int i = 0; i < 30; i++) {
      boolean other = i < 15;
      append(
          i,
          other ? "another, faster" : "a machine",
          "PASS",
          Map.of("login.p95", other ? 20 + i % 3 : 60 + i % 3));
      append(i, "a machine", "INVALID", Map.of("login.p95", 5000 * (i % 7)));
    }

    assertThat(History.read(file).changes())
        .containsExactly("No change in 15 runs on this machine: login.p95.");
  }

  @Test
  void addsColumnsForNewFigures() throws IOException {
    append(0, "a machine", "PASS", Map.of("login.p95", 60));
    append(1, "a machine", "FAIL", Map.of("verify.p95", 5));

    assertThat(Files.readAllLines(file))
        .containsExactly(
            "time,commit,verdict,machine,login.p95,verify.p95",
            "day 0,c0,PASS,a machine,60,",
            "day 1,c1,FAIL,a machine,,5");
  }

  @Test
  void refusesAnotherKindOfFile() throws IOException {
    Files.writeString(file, "id,name\n1,x\n");

    assertThatThrownBy(() -> History.read(file))
        .hasMessageContaining("is not a history of the gate");
  }

  private void append(int day, String machine, String verdict, Map<String, Integer> figures)
      throws IOException {
    Map<String, String> run = new LinkedHashMap<>();
    run.put("time", "day " + day);
    run.put("commit", "c" + day);
    run.put("verdict", verdict);
    run.put("machine", machine);
    figures.keySet().stream().sorted().forEach(name -> run.put(name, figures.get(name).toString()));
    History.append(file, run);
  }
}
