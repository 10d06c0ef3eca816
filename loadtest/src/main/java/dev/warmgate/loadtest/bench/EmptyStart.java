package dev.warmgate.loadtest.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The least that a start with the agent can take on this machine: that of a program which does
 * nothing.
 */
final class EmptyStart {
  private EmptyStart() {}

  public static void main(String[] none) {
    // Starting and ending is all that is measured.
  }

  /** Returns the seconds until such a program has ended. */
  static double seconds() throws IOException, InterruptedException {
    Path service = Path.of(System.getProperty("warmgate.root")).resolve("service");
    ProcessBuilder empty =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "@" + service.resolve("config/jvm.options"),
                    "-javaagent:" + service.resolve("target/opentelemetry-javaagent.jar"),
                    // It has no log to hand its lines over to.
                    "-Dotel.javaagent.logging=none",
                    "-cp",
                    System.getProperty("java.class.path"),
                    EmptyStart.class.getName()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    empty.environment().put("OTEL_CONFIG_FILE", service.resolve("config/otel.yml").toString());
    long began = System.nanoTime();
    int status = empty.start().waitFor();
    if (status != 0) {
      throw new IllegalStateException("the empty program ended with " + status);
    }
    return (System.nanoTime() - began) / 1e9;
  }
}
