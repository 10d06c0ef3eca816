package dev.warmgate.gotrue;

/** How sessions are opened, as {@code amr} names it. */
final class Methods {
  static final String PASSWORD = "password";

  /** By the mail for a forgotten password: such a session may set a new one. */
  static final String RECOVERY = "recovery";

  private Methods() {}
}
