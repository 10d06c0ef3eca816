package dev.warmgate.session;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.dropwizard.util.Duration;
import java.util.Locale;

/**
 * How long the refresh token before the current one is answered with the current pair: {@code
 * always}, {@code off}, or a time such as {@code 30s}.
 *
 * @param seconds since the rotation
 */
public record Predecessor(double seconds) {
  public static final Predecessor ALWAYS = new Predecessor(Double.POSITIVE_INFINITY);
  static final Predecessor OFF = new Predecessor(Double.NEGATIVE_INFINITY);

  /**
   * @param value a text, or what YAML makes of an off without quotes
   * @throws IllegalArgumentException if it is none of these
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Predecessor parse(Object value) {
    return switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
      case "always" -> ALWAYS;
      case "off", "false" -> OFF;
      case String other -> lasting(other);
    };
  }

  private static Predecessor lasting(String time) {
    Duration duration;
    try {
      duration = Duration.parse(time);
    } catch (IllegalArgumentException noTime) {
      throw new IllegalArgumentException("must be always, off or a time such as 30s", noTime);
    }
    if (duration.toSeconds() < 1) {
      throw new IllegalArgumentException("must be a second at least, or off");
    }
    return new Predecessor(duration.toSeconds());
  }

  boolean allows(double secondsSinceRotation) {
    return secondsSinceRotation < seconds;
  }
}
