package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.deploylogs.Checker.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks how a deployment is found and judged through the railway CLI, which a script on the PATH
 * replaces.
 */
class RailwayCliIT {

  private static final String LIST =
      """
      [{"id":"older","status":"SUCCESS","createdAt":"2026-01-01T00:00:00Z","meta":{}},
       {"id":"newest","status":"%s","createdAt":"2026-02-01T00:00:00Z","meta":{}}]
      """;

  @TempDir Path directory;

  @Test
  void judgesTheNewestDeploymentAndFetchesBothItsLogs() throws IOException {
    fakeCli(LIST.formatted("FAILED"), "npm error Missing script: \\\"build\\\"", "");

    Run outcome = check("--json", "--service", "web");

    assertThat(outcome.json().get("cause").asText()).isEqualTo("missing-script");
    assertThat(outcome.json().at("/deployment/id").asText()).isEqualTo("newest");
    assertThat(directory.resolve("calls"))
        .content()
        .contains(
            "deployment list --json",
            "logs newest --build --json",
            "logs newest --deployment --json",
            "--service web");
  }

  @Test
  void readsAStatusThatTheCliDoesNotKnow() throws IOException {
    fakeCli(LIST.formatted("Other(\\\"SLEEPING\\\")"), "✓ built in 1.2s", "");

    assertThat(check("--json").json().at("/deployment/status").asText()).isEqualTo("SLEEPING");
  }

  @Test
  void reportsUnknownWhenTheCliFails() throws IOException {
    fakeCli("Multiple services found. Please specify a service via the `--service` flag", "", "");
    Files.writeString(
        directory.resolve("bin/railway"),
        "#!/bin/sh\necho 'Multiple services found' >&2\nexit 1\n");

    Run outcome = check();

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("Multiple services found");
  }

  @Test
  void passesNoEmptyTokenToTheCli() throws IOException {
    fakeCli(LIST.formatted("SUCCESS"), "✓ built in 1.2s", "");

    Run outcome = checker().with("RAILWAY_TOKEN", "").run();

    assertThat(outcome.exitCode()).isZero();
    assertThat(directory.resolve("calls")).content().contains("token=none");
  }

  private Run check(String... arguments) {
    return checker().run(arguments);
  }

  private Checker checker() {
    return new Checker(directory)
        .with("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
  }

  private void fakeCli(String list, String build, String deploy) throws IOException {
    Files.writeString(directory.resolve("list.json"), list);
    Files.writeString(directory.resolve("build.json"), entry(build));
    Files.writeString(directory.resolve("deploy.json"), entry(deploy));
    Path cli = Files.createDirectories(directory.resolve("bin")).resolve("railway");
    Files.writeString(
        cli,
        """
        #!/bin/sh
        echo "$* token=${RAILWAY_TOKEN-none}" >>calls
        case "$*" in
          "deployment list"*) cat list.json ;;
          *--build*) cat build.json ;;
          *--deployment*) cat deploy.json ;;
        esac
        """);
    Files.setPosixFilePermissions(cli, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String entry(String message) {
    return message.isEmpty()
        ? ""
        : "{\"message\":\"%s\",\"level\":\"info\",\"timestamp\":\"2026-02-01T00:00:01Z\"}\n"
            .formatted(message);
  }
}
