package dev.warmgate.cli.validate;

import java.io.PrintWriter;

/**
 * Shows the current check: one line that is overwritten on a terminal, separate lines otherwise.
 */
final class Progress {
  private final PrintWriter out;
  private final boolean terminal;

  Progress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void begin(String what) {
    if (terminal) {
      out.print("\r\033[K" + what + " ...");
      out.flush();
    } else {
      out.println(what + " ...");
    }
  }

  void done() {
    if (terminal) {
      out.print("\r\033[K");
      out.flush();
    }
  }
}
