package dev.warmgate.logging;

import java.net.UnknownHostException;

/**
 * Says why something failed: the innermost cause, in one line. The exceptions around it say only
 * that it failed.
 */
public final class RootCause {
  /** Causes may form a circle. */
  private static final int DEEPEST = 30;

  private RootCause() {}

  public static String of(Throwable failed) {
    Throwable root = failed;
    for (int i = 0; hasKnownCause(root) && i < DEEPEST; i++) {
      root = root.getCause();
    }
    String message = root.getMessage();
    if (message == null || message.isBlank()) {
      return root.getClass().getSimpleName();
    }
    String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
    // Often its message is the name alone.
    return root instanceof UnknownHostException && !line.contains(" ")
        ? "unknown host " + line
        : line;
  }

  /** What is below an unknown host does not name the host. */
  private static boolean hasKnownCause(Throwable failed) {
    return failed.getCause() != null && !(failed instanceof UnknownHostException);
  }

  /**
   * As {@link #of(Throwable)}, and names the setting to look at.
   *
   * @param setting its key and its variable
   */
  public static String of(Throwable failed, String setting) {
    return of(failed) + " (see " + setting + ")";
  }
}
