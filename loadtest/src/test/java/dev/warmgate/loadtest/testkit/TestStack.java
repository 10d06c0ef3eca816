package dev.warmgate.loadtest.testkit;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.stack.StackOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Starts the stack of this checkout for a test. */
public final class TestStack {
  public static final Path PROJECT = Path.of(System.getProperty("warmgate.root", ".."));

  /**
   * For services that no test measures: their processes live too briefly to earn back what the
   * second compiler and recording a start-up cache cost, nobody waits for them to drain, and few
   * tests need a service key or warm requests.
   */
  public static final Map<String, String> BRIEF =
      Map.of(
          "JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1",
          "AOT", "recorded",
          "SHUTDOWN_WAIT", "0s",
          "WARMUP_HTTP", "off",
          "SERVICE_KEY", "off");

  private static final int POLL_MILLIS = 10;

  private TestStack() {}

  public static StackOptions options(Path directory, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(BRIEF);
    environment.putAll(settings);
    return new StackOptions(PROJECT, directory, 0, 0, false, environment);
  }

  public static Stack start(Path directory, Map<String, String> settings)
      throws InterruptedException {
    return Stack.started(options(directory, settings), _ -> {});
  }

  public static String newEmail() {
    return UUID.randomUUID() + "@example.com";
  }

  public static String credentials(String email) {
    return Json.credentials(email, "seven quiet lanterns");
  }

  /** Returns when the condition holds; fails if it does not in time. */
  public static void await(Duration limit, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
