package dev.warmgate.loadtest;

/** Why a stack did not start or stop, in one line that can be shown as it is. */
public final class StackFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  StackFailure(String message) {
    super(message);
  }

  StackFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
