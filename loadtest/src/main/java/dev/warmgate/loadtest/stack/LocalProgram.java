package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.http.ApiClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A program with a health check. A start that fails leaves no process behind. */
final class LocalProgram implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final int POLL_MILLIS = 100;

  private final Process process;
  private volatile boolean closing;

  private LocalProgram(Process process) {
    this.process = process;
  }

  /**
   * Returns when the program is healthy.
   *
   * @param health the URL that answers 200 then
   */
  static LocalProgram start(
      List<String> command, Map<String, String> environment, Path log, String health)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    LocalProgram program = new LocalProgram(builder.start());
    try {
      program.awaitHealthy(command, health, log);
      return program;
    } catch (InterruptedException | RuntimeException e) {
      program.close();
      throw e;
    }
  }

  private void awaitHealthy(List<String> command, String health, Path log)
      throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    try (ApiClient client = new ApiClient(health)) {
      while (!client.answers("", START_LIMIT)) {
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new StackFailure("%s did not start; see %s".formatted(command.getFirst(), log));
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  /** Runs the action if the program ends before it is closed. */
  void whenEnded(Runnable action) {
    var _ =
        process
            .onExit()
            .thenRun(() -> {
              if (!closing) {
                action.run();
              }
            });
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    closing = true;
    Processes.stop(process.toHandle(), STOP_LIMIT);
  }
}
