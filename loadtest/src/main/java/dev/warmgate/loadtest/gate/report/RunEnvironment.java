package dev.warmgate.loadtest.gate.report;

import dev.warmgate.password.HashingConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The machine, the build and the target that a report describes.
 *
 * @param commit empty if unknown; ends with {@code -dirty} if there are uncommitted changes
 * @param hashing the parameters of the password hash of the gate's own stack
 */
public record RunEnvironment(
    String time,
    String commit,
    String profile,
    String target,
    String processor,
    int cores,
    String jvm,
    String system,
    boolean agent,
    String hashing) {
  /**
   * @param service what is measured
   * @param own whether this program runs the service itself, with this environment's settings
   */
  public static RunEnvironment of(
      Path project, String profile, String service, boolean own, boolean agent) {
    return new RunEnvironment(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        commitOf(project),
        profile,
        service,
        processorOf(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        agent,
        own ? parameters() : "unknown");
  }

  private static String parameters() {
    HashingConfiguration parameters =
        new HashingConfiguration(
            number("HASHING_MEMORY_KIB"), number("HASHING_ITERATIONS"), null, null);
    return "Argon2id " + parameters;
  }

  /** Returns a variable that the gate's own stack inherits. */
  private static Integer number(String variable) {
    String value = System.getenv(variable);
    return value == null || value.isEmpty() ? null : Integer.valueOf(value);
  }

  private static String commitOf(Path project) {
    try {
      Process git =
          new ProcessBuilder(
                  List.of("git", "-C", project.toString(), "describe", "--always", "--dirty"))
              .redirectErrorStream(false)
              .start();
      String description =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor() == 0 ? description : "";
    } catch (IOException noGit) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static String processorOf() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException elsewhere) {
      return System.getProperty("os.arch");
    }
  }
}
