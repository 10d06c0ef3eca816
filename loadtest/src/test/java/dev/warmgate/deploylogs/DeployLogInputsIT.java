package dev.warmgate.deploylogs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks where logs come from: several files, pipes, and what is missing to judge them. */
class DeployLogInputsIT {

  private static final String BROKEN = Checker.FIXTURES.resolve("fail/PORT-IN-USE.log").toString();
  private static final String CLEAN = Checker.FIXTURES.resolve("pass/vite.log").toString();
  private static final String CUT = Checker.FIXTURES.resolve("unknown/VITE-START.log").toString();

  @TempDir Path directory;

  @Test
  void everyFileGetsItsVerdictAndTheWorstDecides() {
    Run run = check("--file", CLEAN, "--file", CUT, "--file", BROKEN, "--json");
    JsonNode files = run.json().get("files");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.json().get("cause").asText()).isEqualTo("port-in-use");
    assertThat(files.findValuesAsText("verdict")).containsExactly("pass", "unknown", "fail");
    assertThat(files.findValuesAsText("source")).containsExactly(CLEAN, CUT, BROKEN);
    assertThat(check("--file", CLEAN, "--file", CUT).exitCode()).isEqualTo(2);
    assertThat(check("--file", CLEAN, "--file", BROKEN).out())
        .contains("CLEAN    " + CLEAN, "BROKEN   " + BROKEN);
    assertThat(check("--file", CLEAN, "--file", BROKEN, "--junit").out())
        .contains("tests=\"2\" failures=\"1\"");
  }

  @Test
  void pipesAreRead() throws Exception {
    String script = Checker.SCRIPTS.resolve("check-fe-deploy-logs.sh").toString();

    assertThat(bash(script + " --file <(cat " + BROKEN + ")")).isEqualTo(1);
    assertThat(bash("cat " + BROKEN + " | " + script + " --file /dev/stdin")).isEqualTo(1);
    assertThat(bash("cat " + CLEAN + " | " + script + " -")).isZero();
    assertThat(bash("mkfifo fifo; cat " + BROKEN + " >fifo & " + script + " --file fifo"))
        .isEqualTo(1);
  }

  @Test
  void withoutADirectoryForTemporaryFilesItCannotTell() {
    Run run = new Checker(directory).with("TMPDIR", "/nowhere").run("--file", BROKEN);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("/nowhere");
  }

  @Test
  void withoutJqItSaysSo() throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    for (String tool : new String[] {"bash", "awk", "tr", "dirname", "env"}) {
      Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin").resolve(tool));
    }
    Run run = new Checker(directory).with("PATH", bin.toString()).run("--file", BROKEN);

    assertThat(run.exitCode()).isEqualTo(69);
    assertThat(run.err()).contains("needs jq");
  }

  /** A later redeploy stops the old server: npm reports the signal as an error. */
  @Test
  void anOldServerThatIsStoppedIsNoFailure() {
    String log =
        """
        Starting Container
        > web@1.0.0 start
        > node server.js
        Server listening on port 8080
        Stopping Container
        npm error path /app
        npm error command failed
        npm error signal SIGTERM
        npm error command sh -c node server.js
        npm error A complete log of this run can be found in: /app/.npm/_logs/x.log
        """;
    assertThat(new Checker(directory).runWithInput(log.getBytes(UTF_8), "-").exitCode()).isZero();
  }

  /**
   * In a long log, lines that differ only by a number are not judged again, if nothing is between.
   */
  @Test
  void anErrorThatReturnsAfterASuccessIsBrokenThoughItsNumberIsNew() {
    String log =
        "a line\n".repeat(2_000)
            + """
            === Deploying to 'x'...
            Error: port 1234
            Error: port 1235
            Deploy complete!
            Error: port 1236
            """;
    assertThat(new Checker(directory).runWithInput(log.getBytes(UTF_8), "-").exitCode()).isOne();
  }

  private int bash(String command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", command).directory(directory.toFile());
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    return process.waitFor();
  }

  private Run check(String... arguments) {
    return new Checker(directory).run(arguments);
  }

  @Test
  void worksWhereTheCallerHasTurnedPatternsOff() {
    String log = Checker.FIXTURES.resolve("pass/vite.log").toString();

    Checker checker = new Checker(directory).with("SHELLOPTS", "noglob");
    assertThat(checker.run("--file", log).exitCode()).isZero();
  }
}
