package dev.warmgate.deploylogs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs scripts/check-fe-deploy-logs.sh as its users do: as a process, with nothing of this JVM's
 * Railway settings.
 */
final class Checker {

  static final Path SCRIPTS = repository().resolve("scripts");
  static final Path FIXTURES = Path.of("src/test/resources/deploylogs").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> environment = new HashMap<>();
  private final Path directory;

  Checker(Path directory) {
    this.directory = directory;
  }

  Checker with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Outcome run(String... arguments) {
    return runWithInput(new byte[0], arguments);
  }

  Outcome runWithInput(byte[] input, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(SCRIPTS.resolve("check-fe-deploy-logs.sh").toString());
    command.addAll(List.of(arguments));
    try {
      Path in = Files.write(directory.resolve("stdin"), input);
      Path out = directory.resolve("stdout");
      Path err = directory.resolve("stderr");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("RAILWAY_"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("no answer in 120 s: " + command);
      }
      return new Outcome(process.exitValue(), read(out), read(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("scripts")) ? here : here.getParent();
  }

  /** What the process left behind. */
  record Outcome(int exitCode, String out, String err) {

    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + out + err, e);
      }
    }
  }
}
