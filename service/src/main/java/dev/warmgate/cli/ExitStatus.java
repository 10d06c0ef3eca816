package dev.warmgate.cli;

import net.sourceforge.argparse4j.inf.ArgumentParserException;

/**
 * Ends a command with a given exit status, such as 64 for wrong usage (EX_USAGE of sysexits.h). The
 * message, if there is one, is the line for standard error.
 */
public final class ExitStatus extends Exception {
  private static final long serialVersionUID = 1;
  private static final int FAILED = 1;
  private static final int USAGE = 64;

  private final int status;

  /** For a command that has already printed its messages. */
  ExitStatus(int status) {
    super("");
    this.status = status;
  }

  private ExitStatus(int status, String message) {
    super(message);
    this.status = status;
  }

  static ExitStatus usage(String message) {
    return new ExitStatus(USAGE, message);
  }

  static ExitStatus failed(String message) {
    return new ExitStatus(FAILED, message);
  }

  /**
   * Ends the process at once with one line on standard error, from a thread other than the one that
   * starts the server. An orderly stop would collide with the start and bury the line in its log.
   */
  public static void halt(String sentence, Throwable stopped) {
    System.err.println(sentence);
    Runtime.getRuntime().halt(of(stopped));
  }

  /** The exit status of the process for the exception that stopped a command. */
  public static int of(Throwable stopped) {
    if (stopped instanceof ExitStatus exit) {
      return exit.status;
    }
    return stopped instanceof ArgumentParserException ? USAGE : FAILED;
  }
}
