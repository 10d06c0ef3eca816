package dev.warmgate.warmup;

/**
 * What came of a warmer that did not throw.
 *
 * @param outcome {@code warm}, {@code unsettled} if it ran out of time, {@code failed} if there was
 *     nothing it could do
 * @param detail for people, in few words; never anything secret
 */
public record Warmed(String outcome, String detail) {
  /** It is warm. */
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
