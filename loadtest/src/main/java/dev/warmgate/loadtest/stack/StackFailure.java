package dev.warmgate.loadtest.stack;

/** Thrown when a stack does not start or stop; the message is fit for display. */
public final class StackFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  StackFailure(String message) {
    super(message);
  }

  StackFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
