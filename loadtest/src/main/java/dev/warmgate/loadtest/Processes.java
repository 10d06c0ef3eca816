package dev.warmgate.loadtest;

import java.time.Duration;

/** How processes are ended. */
final class Processes {
  private static final int POLL_MILLIS = 50;

  private Processes() {}

  /** Asks the process to end and waits; one that does not is killed. */
  static void stop(ProcessHandle process, Duration patience) {
    boolean visible = runs(process);
    process.destroy();
    if (!ended(process, visible, patience)) {
      process.destroyForcibly();
      ended(process, visible, patience);
    }
  }

  static boolean ended(ProcessHandle process, Duration patience) {
    return ended(process, runs(process), patience);
  }

  /**
   * Whether it still does anything. In a container whose first process collects nobody's children,
   * an ended process stays in the table for ever, with no command.
   */
  static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  /** A process whose command was never visible has only its place in the table to judge by. */
  private static boolean ended(ProcessHandle process, boolean visible, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (visible ? runs(process) : process.isAlive()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
