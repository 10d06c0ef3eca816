package dev.warmgate.loadtest.stack;

import java.time.Duration;
import java.util.function.Consumer;

/** Reports the steps of a start and how long each took. */
final class Phases {
  private final Consumer<String> lines;
  private final long begin = System.nanoTime();
  private long last = begin;

  Phases(Consumer<String> lines) {
    this.lines = lines;
  }

  void reached(String what, String detail) {
    long now = System.nanoTime();
    lines.accept("  %-12s %6.2f s   %s".formatted(what, seconds(now - last), detail));
    last = now;
  }

  void finished() {
    lines.accept("  %-12s %6.2f s".formatted("total", seconds(System.nanoTime() - begin)));
  }

  void note(String line) {
    lines.accept(line);
    last = System.nanoTime();
  }

  private static double seconds(long nanos) {
    return (double) nanos / Duration.ofSeconds(1).toNanos();
  }
}
