package dev.warmgate.validate;

/** Something did not answer as Warmgate does; the message says what came instead. */
final class Unanswered extends RuntimeException {
  private static final long serialVersionUID = 1;

  Unanswered(String message) {
    super(message);
  }
}
