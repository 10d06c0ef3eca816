package dev.warmgate.loadtest.production;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs of Debian's packages, run as the user {@code postgres} where the tests run as root, for
 * whom PostgreSQL and PgBouncer refuse to start. A test is skipped where a program is missing.
 */
final class Debian {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private Debian() {}

  /** Returns the program, in a directory of PostgreSQL's or on the path. */
  static Path program(String name) {
    List<Path> places = new ArrayList<>();
    Path versions = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(versions)) {
      try (Stream<Path> all = Files.list(versions)) {
        all.sorted(Comparator.reverseOrder())
            .forEach(version -> places.add(version.resolve("bin").resolve(name)));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    for (String directory : List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin")) {
      places.add(Path.of(directory, name));
    }
    return places.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(() -> Assumptions.abort("needs " + name));
  }

  /** Makes a directory that the user of {@link #command} owns. */
  static Path directory(String name) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("warmgate-" + name);
    give(directory);
    return directory;
  }

  /** Lets the user of {@link #command} own a file or directory. */
  static void give(Path path) throws IOException, InterruptedException {
    if (ROOT) {
      run(List.of("chown", "-R", "postgres", path.toString()));
    }
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }

  /** Returns a command that runs as the user of the servers. */
  static List<String> command(Path program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (ROOT) {
      command.addAll(
          List.of("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"));
    }
    command.add(program.toString());
    command.addAll(arguments);
    return command;
  }

  /** Starts a server; its output goes to a file. */
  static Process start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new java.io.File("/"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Sends a signal to processes that run as any user. */
  static void signal(String name, List<ProcessHandle> processes)
      throws IOException, InterruptedException {
    for (ProcessHandle process : processes) {
      // One that has ended meanwhile is as good as stopped.
      if (process.isAlive()) {
        String _ = run(List.of("kill", "-s", name, Long.toString(process.pid())));
      }
    }
  }

  /** Runs a program to its end and returns what it prints; fails if it does. */
  static String run(List<String> command) throws IOException, InterruptedException {
    return run(command, Map.of());
  }

  static String run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(new java.io.File("/")).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(command + " failed: " + output);
    }
    return output;
  }
}
