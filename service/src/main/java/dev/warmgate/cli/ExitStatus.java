package dev.warmgate.cli;

import net.sourceforge.argparse4j.inf.ArgumentParserException;

/**
 * Ends a command with an exit status of its own: 64 for wrong usage, as others of its kind. The
 * message, if there is one, is the line for standard error.
 */
public final class ExitStatus extends Exception {
  private static final long serialVersionUID = 1;
  private static final int FAILED = 1;
  private static final int USAGE = 64;

  private final int status;

  /** For a command that has said already what there is to say. */
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

  /** The status of the process for what stopped a command. */
  public static int of(Throwable stopped) {
    if (stopped instanceof ExitStatus exit) {
      return exit.status;
    }
    return stopped instanceof ArgumentParserException ? USAGE : FAILED;
  }
}
