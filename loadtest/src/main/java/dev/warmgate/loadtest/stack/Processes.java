package dev.warmgate.loadtest.stack;

import java.time.Duration;

/** Stops processes of this machine. */
public final class Processes {
  private static final int POLL_MILLIS = 50;

  private Processes() {}

  /** Asks the process to end, and kills it if it does not end in time. */
  static void stop(ProcessHandle process, Duration patience) {
    boolean visible = runs(process);
    process.destroy();
    if (!ended(process, visible, patience)) {
      process.destroyForcibly();
      ended(process, visible, patience);
    }
  }

  /** Returns whether the process has ended, at the latest after this time. */
  public static boolean ended(ProcessHandle process, Duration patience) {
    return ended(process, runs(process), patience);
  }

  /**
   * Whether the process still runs. In a container whose first process does not reap orphans, an
   * ended process stays in the table as a zombie, without a command.
   */
  public static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  /**
   * A process whose command was never visible counts as ended only when it leaves the process
   * table.
   */
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
