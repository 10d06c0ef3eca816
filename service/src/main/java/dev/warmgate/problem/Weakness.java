package dev.warmgate.problem;

/**
 * Why a new password is not acceptable, as data for other forms of the API; ours says it in words.
 *
 * @param bound the number of characters that it has too few or too many of; otherwise of no meaning
 */
public record Weakness(Kind kind, int bound) {
  /** What is wrong with it. */
  public enum Kind {
    TOO_SHORT,
    TOO_LONG,
    /** One of the most common passwords. */
    COMMON,
    /** Little more than what an attacker knows of its owner or of the service. */
    GUESSABLE,
    /** Known from a data breach. */
    BREACHED
  }

  public static Weakness of(Kind kind) {
    return new Weakness(kind, 0);
  }
}
