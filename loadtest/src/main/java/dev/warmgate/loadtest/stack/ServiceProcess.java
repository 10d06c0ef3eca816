package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.http.ApiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A running service process; {@link ServiceBuilder} starts it, and {@link #close} stops it. */
public final class ServiceProcess implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);
  private static final int POLL_MILLIS = 100;
  private static final int TAIL_LINES = 10;

  private final Process process;
  private final StackAddress address;
  private final Path log;

  ServiceProcess(Process process, StackAddress address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
  }

  /** Returns when the service is ready; fails if its process ends or is not ready in time. */
  public void awaitReady() throws InterruptedException {
    long end = System.nanoTime() + READY_LIMIT.toNanos();
    try (ApiClient client = new ApiClient(address.baseUrl())) {
      while (!client.answers("/health-check", REQUEST_LIMIT)) {
        if (!process.isAlive()) {
          throw new StackFailure("The service did not start: " + tailOfLog());
        }
        if (System.nanoTime() > end) {
          throw new StackFailure(
              "The service was not ready after %d s: %s"
                  .formatted(READY_LIMIT.toSeconds(), tailOfLog()));
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  public StackAddress address() {
    return address;
  }

  public int port() {
    return address.port();
  }

  public String baseUrl() {
    return address.baseUrl();
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isRunning() {
    return Processes.runs(handle());
  }

  /** Waits until the process ends. */
  public int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  /** Returns the last line first, since a summary may show no more, then those before it. */
  public String tailOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      if (lines.isEmpty()) {
        return log + " is empty.";
      }
      List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
      return "%s%nThe end of %s:%n%s".formatted(tail.getLast(), log, String.join("\n", tail));
    } catch (IOException e) {
      return "The log cannot be read: " + e.getMessage();
    }
  }

  /** Asks the process to end, waits for it, and kills it if it does not end in time. */
  @Override
  public void close() {
    stop(STOP_LIMIT);
  }

  void stop(Duration limit) {
    Processes.stop(handle(), limit);
  }
}
