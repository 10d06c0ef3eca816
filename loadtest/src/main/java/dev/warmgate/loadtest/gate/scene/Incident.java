package dev.warmgate.loadtest.gate.scene;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Something that happens to the service during a load, in a thread of its own. */
final class Incident {
  private static final int POLL_MILLIS = 20;

  private volatile String failure;

  /** The steps of an incident. */
  interface Steps {
    void run() throws IOException, InterruptedException;
  }

  /**
   * @param failure the reason to report if the incident does not happen to its end
   */
  Incident(String failure) {
    this.failure = failure;
  }

  void start(Steps steps) {
    Thread.ofPlatform()
        .daemon()
        .name("incident")
        .start(() -> {
          try {
            steps.run();
            failure = "";
          } catch (IOException | RuntimeException e) {
            failure = e.toString();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  boolean happened() {
    return failure.isEmpty();
  }

  /** Returns why it did not happen, or "". */
  String failure() {
    return failure;
  }
}
