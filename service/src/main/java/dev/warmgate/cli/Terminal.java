package dev.warmgate.cli;

import java.io.Console;

/** The person who runs a command, if there is one to be asked. */
final class Terminal {
  private Terminal() {}

  /**
   * The console. Since JDK 25 there is again no console at all behind a pipe.
   *
   * @param otherwise what to do where nobody can be asked: in a script, behind a pipe
   * @throws ExitStatus with that, if so
   */
  @SuppressWarnings("SystemConsoleNull")
  static Console require(String otherwise) throws ExitStatus {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw ExitStatus.usage(otherwise);
    }
    return console;
  }
}
