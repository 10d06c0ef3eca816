package dev.warmgate.deploylogs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs scripts/check-fe-deploy-logs.sh as its users do: as a process, without this JVM's Railway
 * settings.
 */
final class Checker {

  static final Path SCRIPTS = repository().resolve("scripts");
  static final Path FIXTURES = SCRIPTS.resolve("deploy-logs/fixtures");
  static final String RULES = "deploy-logs/rules.tsv";
  private static final String SCRIPT = "check-fe-deploy-logs.sh";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> environment = new HashMap<>();
  private final Path directory;
  private final Path scripts;

  Checker(Path directory) {
    this(directory, SCRIPTS);
  }

  private Checker(Path directory, Path scripts) {
    this.directory = directory;
    this.scripts = scripts;
  }

  /** Returns a copy of the script whose table lacks one rule. */
  Checker without(String rule) throws IOException {
    Path copy = Files.createDirectories(directory.resolve("without").resolve(rule));
    Files.copy(SCRIPTS.resolve(SCRIPT), copy.resolve(SCRIPT), StandardCopyOption.COPY_ATTRIBUTES);
    Path parts = Files.createDirectory(copy.resolve("deploy-logs"));
    try (Stream<Path> files = Files.list(SCRIPTS.resolve("deploy-logs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, parts.resolve(file.getFileName()));
      }
    }
    // Replaces the copy of the table.
    try (Stream<String> rows = Files.lines(SCRIPTS.resolve(RULES))) {
      Files.write(copy.resolve(RULES), rows.filter(row -> !row.startsWith(rule + "\t")).toList());
    }
    return new Checker(directory, copy);
  }

  Checker with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Run run(String... arguments) {
    return runWithInput(new byte[0], arguments);
  }

  Run runWithInput(byte[] input, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(scripts.resolve(SCRIPT).toString());
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
      return new Run(process.exitValue(), read(out), read(err));
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

  /** The exit status and the output of the process. */
  record Run(int exitCode, String out, String err) {

    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + out + err, e);
      }
    }
  }
}
