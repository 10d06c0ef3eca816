package dev.warmgate.warmup;

import java.io.IOException;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a step of the warm-up cost: its own thread, and the classes that all threads loaded
 * meanwhile. Zero where the system does not count processor time as Linux does.
 *
 * @param cpuMs time on a processor
 * @param queuedMs time in which the thread was ready to run and had to wait for a processor
 */
record Spent(long cpuMs, long queuedMs, long classes) {
  private static final Path SCHEDULED = Path.of("/proc/thread-self/schedstat");
  private static final ClassLoadingMXBean CLASSES = ManagementFactory.getClassLoadingMXBean();
  private static final long NANOS_PER_MS = 1_000_000;

  /** Returns what this thread has spent so far. */
  static Spent now() {
    long classes = CLASSES.getTotalLoadedClassCount();
    try {
      String[] nanos = Files.readString(SCHEDULED).split(" ", -1);
      return new Spent(
          Long.parseLong(nanos[0]) / NANOS_PER_MS,
          Long.parseLong(nanos[1]) / NANOS_PER_MS,
          classes);
    } catch (IOException | NumberFormatException uncounted) {
      return new Spent(0, 0, classes);
    }
  }

  Spent since(Spent before) {
    return new Spent(cpuMs - before.cpuMs, queuedMs - before.queuedMs, classes - before.classes);
  }
}
