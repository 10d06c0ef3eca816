package dev.warmgate.loadtest.gate;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells how far the gate is: on one line that is written over and over on a terminal, else on a
 * plain line every ten seconds.
 */
final class Progress {
  private static final long PLAIN_EVERY = Duration.ofSeconds(10).toNanos();
  private static final int WIDTH = 100;

  private final PrintStream out;
  private final boolean terminal;
  private String simulation = "";
  private Duration total = Duration.ZERO;
  private long began = System.nanoTime();
  private long shown;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * @param length how long it is meant to take
   */
  synchronized void begin(String name, Duration length) {
    simulation = name;
    total = length;
    began = System.nanoTime();
    shown = began;
  }

  synchronized void show(boolean measured, Live.Reading live) {
    long now = System.nanoTime();
    double seconds = (now - began) / 1e9;
    String phase = seconds > total.toSeconds() ? "drain" : measured ? "measure" : "warm-up";
    String line =
        String.format(
            Locale.ROOT,
            "  %-14s %-8s %3.0f of %d s  %5d requests/s  login p95 %7.1f ms  %d errors",
            simulation,
            phase,
            seconds,
            total.toSeconds(),
            live.requests(),
            live.loginP95(),
            live.errors());
    if (terminal) {
      out.printf("\r%-" + WIDTH + "s", line);
      out.flush();
    } else if (now - shown >= PLAIN_EVERY) {
      shown = now;
      out.println(line);
    }
  }

  /** Takes the updating line away. */
  synchronized void clear() {
    if (terminal) {
      out.print("\r" + " ".repeat(WIDTH) + "\r");
      out.flush();
    }
  }

  synchronized void line(String text) {
    clear();
    out.println(text);
  }
}
