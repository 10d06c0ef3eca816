package dev.warmgate.deploylogs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.deploylogs.Checker.Log;
import dev.warmgate.deploylogs.Checker.Run;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Judges mutated fixtures, always the same: 200 (with -Dtests.full=true 2,000) in one process, and
 * some of them (all) each in its own. None hangs, and the exit status is a verdict.
 */
@Timeout(3600)
class DeployLogFuzzIT {

  private static final boolean FULL = Boolean.getBoolean("tests.full");
  private static final int MUTANTS = FULL ? 2_000 : 200;
  private static final int ALONE = FULL ? MUTANTS : 6;
  private static final String[] PIECES = {
    "{1}",
    "\u001b]0;x\u0007",
    "\u001b[31m",
    "\u0000",
    "\u202e",
    "\r",
    "\t",
    "\f",
    "\n\n",
    "::error::",
    "##[error]",
    "A".repeat(3_000),
    "error (1,2)".repeat(500),
    "TOKEN=a ".repeat(400),
    "\u009b31m",
    "\ud83d\ude80",
    "\uffff",
    "-----BEGIN PRIVATE KEY-----\n",
    "{\"message\":\"",
    "https://a:b@",
    "\\",
    "'",
    "\"",
    "]]>",
    "&",
    "2026-03-04T12:34:56Z ",
    "[",
    "(",
    "%"
  };

  @TempDir Path directory;

  @Test
  void everyMutantGetsAVerdict() {
    List<Log> mutants = new ArrayList<>();
    List<Log> fixtures = Checker.fixtures();
    var random = new Random(20);
    for (int i = 0; i < MUTANTS; i++) {
      String text = mutated(fixtures.get(random.nextInt(fixtures.size())).text(), random);
      // Between logs in one stream, a form feed at the start of a line is the next log's name.
      mutants.add(new Log("mutant " + i, text.replaceAll("(?m)^\f+", "")));
    }

    assertThat(new Checker(directory).judge(mutants).values())
        .hasSize(MUTANTS)
        .allSatisfy(
            finding -> assertThat(finding.get("verdict").asText()).isIn("pass", "fail", "unknown"));
  }

  @Test
  void theExitStatusIsAVerdictAndTheReportIsXml() throws Exception {
    List<Log> fixtures = Checker.fixtures();
    var random = new Random(21);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < ALONE; i++) {
      texts.add(mutated(fixtures.get(random.nextInt(fixtures.size())).text(), random));
    }
    List<Future<?>> judged = new ArrayList<>();
    try (ExecutorService processors =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (String text : texts) {
        judged.add(processors.submit(() -> judgeAlone(text)));
      }
    }
    for (Future<?> one : judged) {
      one.get();
    }
  }

  private Void judgeAlone(String text) throws Exception {
    Path own = Files.createTempDirectory(directory, "mutant");
    Run run = new Checker(own).runWithInput(text.getBytes(UTF_8), "-", "--junit");

    assertThat(run.exitCode()).as(text).isIn(0, 1, 2);
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(run.out().getBytes(UTF_8)));
    return null;
  }

  private static String mutated(String text, Random random) {
    var mutant = new StringBuilder(text);
    for (int n = random.nextInt(1, 6); n > 0; n--) {
      int at = random.nextInt(mutant.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> mutant.insert(at, PIECES[random.nextInt(PIECES.length)]);
        case 1 -> mutant.delete(at, Math.min(mutant.length(), at + random.nextInt(1, 40)));
        case 2 -> mutant.insert(at, (char) random.nextInt(1, 0xd800));
        default -> mutant.insert(at, mutant.substring(at, Math.min(mutant.length(), at + 200)));
      }
    }
    return mutant.toString();
  }
}
