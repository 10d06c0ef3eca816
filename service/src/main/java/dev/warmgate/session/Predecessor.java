package dev.warmgate.session;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.dropwizard.util.Duration;
import java.util.Locale;

/**
 * How long after a rotation the previous refresh token still gets the current pair of tokens:
 * {@code always}, {@code off}, or a duration such as {@code 30s}.
 *
 * @param seconds time since the rotation
 */
public record Predecessor(double seconds) {
  public static final Predecessor ALWAYS = new Predecessor(Double.POSITIVE_INFINITY);
  static final Predecessor OFF = new Predecessor(Double.NEGATIVE_INFINITY);

  /**
   * @param value a text, or the boolean that YAML makes of an unquoted {@code off}
   * @throws IllegalArgumentException if it is neither of these nor a duration of at least a second
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Predecessor parse(Object value) {
    return switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
      case "always" -> ALWAYS;
      case "off", "false" -> OFF;
      case String other -> ofDuration(other);
    };
  }

  private static Predecessor ofDuration(String time) {
    Duration duration;
    try {
      duration = Duration.parse(time);
    } catch (IllegalArgumentException invalid) {
      throw new IllegalArgumentException("must be always, off or a duration such as 30s", invalid);
    }
    if (duration.toSeconds() < 1) {
      throw new IllegalArgumentException("must be at least a second, or off");
    }
    return new Predecessor(duration.toSeconds());
  }

  boolean allows(double secondsSinceRotation) {
    return secondsSinceRotation < seconds;
  }
}
