package dev.warmgate.loadtest.gate;

/** Thrown when a valid measurement is impossible; the message gives the reason in one line. */
final class Invalid extends RuntimeException {
  private static final long serialVersionUID = 1;

  Invalid(String message) {
    super(message);
  }

  Invalid(String message, Throwable cause) {
    super(message, cause);
  }
}
