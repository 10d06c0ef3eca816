package dev.warmgate.cli;

import dev.warmgate.transfer.Importer;
import dev.warmgate.transfer.source.Source;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** Shows how far an import is: a bar on a terminal, elsewhere a line a minute. */
final class ImportProgress implements Importer.Listener {
  private static final int WIDTH = 30;
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  private final Source source;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean onTerminal;
  private final LongSupplier nanos;
  private final long began;
  private long before;
  private long lastLine;

  /**
   * @param out takes what was left out and why
   * @param err takes the progress
   * @param nanos the time, such as {@link System#nanoTime}
   */
  ImportProgress(
      Source source, PrintStream out, PrintStream err, boolean onTerminal, LongSupplier nanos) {
    this.source = source;
    this.out = out;
    this.err = err;
    this.onTerminal = onTerminal;
    this.nanos = nanos;
    this.began = nanos.getAsLong();
    this.lastLine = began;
  }

  @Override
  public void resumed(long done) {
    before = done;
    err.printf(
        Locale.ROOT,
        "An earlier run has done %,d records of these files; going on after them. What it left out"
            + " is in its own output: import once more for the whole list.%n",
        done);
  }

  @Override
  public void yields(int mostPerSecond) {
    clear();
    err.printf(
        Locale.ROOT,
        "People are using the service: going on with %,d records a second while they do. --rate"
            + " sets another limit.%n",
        mostPerSecond);
  }

  @Override
  public void problem(String text) {
    clear();
    out.println(text);
  }

  @Override
  public void progress(long done) {
    long now = nanos.getAsLong();
    if (onTerminal) {
      clear();
      err.print(line(done, now));
      err.flush();
    } else if (now - lastLine >= BETWEEN_LINES.toNanos()) {
      err.println(line(done, now));
      lastLine = now;
    }
  }

  /** Removes the bar. */
  void clear() {
    if (onTerminal) {
      err.print("\r\033[K");
      err.flush();
    }
  }

  private String line(long done, long now) {
    double seconds = (now - began) / 1e9;
    String figures =
        String.format(Locale.ROOT, "%,d records, %,.0f/s", done, (done - before) / seconds);
    OptionalDouble part = source.read(done);
    if (part.isEmpty()) {
      return figures;
    }
    double read = part.getAsDouble();
    String bar = "#".repeat((int) (WIDTH * read));
    long left = Math.round(seconds * (1 - read) / Math.max(read, 0.001));
    return String.format(
        Locale.ROOT,
        "[%-" + WIDTH + "s] %3.0f %%  %s, %d:%02d left",
        bar,
        100 * read,
        figures,
        left / 60,
        left % 60);
  }

  double seconds() {
    return (nanos.getAsLong() - began) / 1e9;
  }
}
