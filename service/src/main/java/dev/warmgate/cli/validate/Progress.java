package dev.warmgate.cli.validate;

import java.io.PrintWriter;

/** Says what is being done: one line that is written over on a terminal, lines otherwise. */
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
