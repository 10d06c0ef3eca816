package dev.warmgate.cli;

import java.io.Console;

/** The terminal of the person who runs a command, if there is one. */
final class Terminal {
  private Terminal() {}

  /**
   * Returns the console.
   *
   * @param otherwise the message if there is no terminal, as in scripts and behind pipes
   * @throws ExitStatus with that message and the status of wrong usage
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
