package dev.warmgate.loadtest.stack;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A service key for local development, in the file {@code service-key}. The jar's own command
 * creates it at the first start, and it is kept with the data.
 */
final class DevelopmentKey {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private DevelopmentKey() {}

  /** The service must be ready, because its start creates the tables. */
  static void in(StackDirectory directory, Path project, Map<String, String> environment)
      throws IOException, InterruptedException {
    if (Files.exists(directory.resolve("service-key"))) {
      return;
    }
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // The process is too short-lived for the second compiler to pay off.
            "-XX:TieredStopAtLevel=1",
            "-jar",
            project.resolve("service/target/warmgate.jar").toString(),
            "service-key",
            "--config",
            project.resolve("service/config/warmgate.yml").toString(),
            "create",
            "--name",
            "local development",
            "--scope",
            "performance",
            "--scope",
            "load-test");
    File errors = directory.resolve("service-key.log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectInput(new File("/dev/null")).redirectError(errors);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new StackFailure(
            "The service key could not be created: " + Files.readString(errors.toPath()).strip());
      }
      directory.writeSecret(
          "service-key",
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
      directory.delete("service-key.log");
    }
  }
}
