package dev.warmgate.passkey;

/** Thrown if what a browser has sent proves nothing; the reason is for the audit trail only. */
final class RefusedPasskey extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedPasskey(String reason) {
    super(reason);
  }

  RefusedPasskey(String reason, Throwable cause) {
    super(reason, cause);
  }
}
