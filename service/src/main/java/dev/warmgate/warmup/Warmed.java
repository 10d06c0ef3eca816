package dev.warmgate.warmup;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The result of a warmer that did not throw.
 *
 * @param detail a short text for operators, without secrets
 */
public record Warmed(Outcome outcome, String detail) {
  /** The results as ping shows them. */
  public enum Outcome {
    WARM,
    /** It ran out of time. */
    UNSETTLED,
    /** It could not do its work. */
    FAILED;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Creates a successful result. */
  public static Warmed warm(String detail) {
    return new Warmed(Outcome.WARM, detail);
  }

  static Warmed unsettled(String detail) {
    return new Warmed(Outcome.UNSETTLED, detail);
  }

  static Warmed failed(String detail) {
    return new Warmed(Outcome.FAILED, detail);
  }

  boolean isWarm() {
    return outcome == Outcome.WARM;
  }
}
