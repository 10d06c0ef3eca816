package dev.warmgate.loadtest.gate.measure;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Shows the progress of the gate: on a terminal one line that is updated in place, otherwise a line
 * every ten seconds.
 */
public final class Progress {
  private static final long PLAIN_EVERY = Duration.ofSeconds(10).toNanos();
  private static final int WIDTH = 100;

  private final PrintStream out;
  private final boolean terminal;
  private String simulation = "";
  private Duration total = Duration.ZERO;
  private long began = System.nanoTime();
  private long shown;

  public Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * @param length the planned length
   */
  public synchronized void begin(String name, Duration length) {
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

  /** Removes the line that is updated in place. */
  synchronized void clear() {
    if (terminal) {
      out.print("\r" + " ".repeat(WIDTH) + "\r");
      out.flush();
    }
  }

  public synchronized void line(String text) {
    clear();
    out.println(text);
  }
}
