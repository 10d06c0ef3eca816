package dev.warmgate.deploylogs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
  static final String[] VERDICTS = {"fail", "more", "pass", "unknown"};
  private static final String SCRIPT = "check-fe-deploy-logs.sh";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> environment = new HashMap<>();
  private final Path directory;
  private Path scripts = SCRIPTS;

  Checker(Path directory) {
    this.directory = directory;
  }

  /** Judges many logs in one process and returns the findings by the names of the logs. */
  Map<String, JsonNode> judge(List<Log> logs) {
    var input = new ByteArrayOutputStream();
    for (Log log : logs) {
      input.writeBytes(("\f" + log.name() + "\t0\t" + log.without() + "\n").getBytes(UTF_8));
      input.writeBytes(log.text().getBytes(UTF_8));
      input.write('\n');
    }
    Run run = runWithInput(input.toByteArray(), "--many");
    Map<String, JsonNode> findings = new LinkedHashMap<>();
    run.out()
        .lines()
        .map(Run::json)
        .forEach(json -> findings.put(json.get("source").asText(), json));
    if (findings.size() != logs.size() || !run.err().isEmpty()) {
      throw new IllegalStateException(findings.size() + " of " + logs.size() + run.err());
    }
    return findings;
  }

  /** The fixtures of a verdict's directory, or of all, by names such as fail/NPM-E404.log. */
  static List<Log> fixtures(String... verdicts) {
    try {
      List<Log> logs = new ArrayList<>();
      for (String verdict : verdicts.length == 0 ? VERDICTS : verdicts) {
        try (Stream<Path> files = Files.list(FIXTURES.resolve(verdict))) {
          for (Path file : files.sorted().toList()) {
            logs.add(new Log(verdict + "/" + file.getFileName(), read(file)));
          }
        }
      }
      return logs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Checker with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Checker from(Path otherScripts) {
    scripts = otherScripts;
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
    return new String(Files.readAllBytes(file), UTF_8);
  }

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("scripts")) ? here : here.getParent();
  }

  /** The exit status and the output of the process. */
  record Run(int exitCode, String out, String err) {

    JsonNode json() {
      return json(out);
    }

    static JsonNode json(String text) {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + text, e);
      }
    }
  }

  /** A log with its name, and the rule that is left out when it is judged. */
  record Log(String name, String text, String without) {

    Log(String name, String text) {
      this(name, text, "");
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
