package dev.warmgate.gotrue;

/** An error that only this form of the API has, with its own status and code. */
final class GoTrueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  GoTrueException(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  /** Returns the error of a missing or malformed field. */
  static GoTrueException invalid(String message) {
    return new GoTrueException(400, "validation_failed", message);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
