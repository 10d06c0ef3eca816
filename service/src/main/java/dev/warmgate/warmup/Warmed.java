package dev.warmgate.warmup;

/**
 * The result of a warmer that did not throw.
 *
 * @param outcome {@code warm}, {@code unsettled} if it ran out of time, {@code failed} if it could
 *     not do its work
 * @param detail a short text for people, without secrets
 */
public record Warmed(String outcome, String detail) {
  /** Creates a successful result. */
  public static Warmed warm(String detail) {
    return new Warmed("warm", detail);
  }

  static Warmed unsettled(String detail) {
    return new Warmed("unsettled", detail);
  }

  static Warmed failed(String detail) {
    return new Warmed("failed", detail);
  }

  boolean isWarm() {
    return outcome.equals("warm");
  }
}
