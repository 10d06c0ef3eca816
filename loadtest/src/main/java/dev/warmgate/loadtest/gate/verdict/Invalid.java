package dev.warmgate.loadtest.gate.verdict;

/** Thrown when a valid measurement is impossible; the message gives the reason in one line. */
public final class Invalid extends RuntimeException {
  private static final long serialVersionUID = 1;

  public Invalid(String message) {
    super(message);
  }

  public Invalid(String message, Throwable cause) {
    super(message, cause);
  }
}
