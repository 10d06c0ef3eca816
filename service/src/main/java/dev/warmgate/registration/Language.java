package dev.warmgate.registration;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.IllformedLocaleException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A language as BCP 47 writes it, such as {@code de-AT}. */
public record Language(@JsonValue String tag) {
  private static final int MAX_LENGTH = 35;

  /**
   * @throws IllegalArgumentException if the text is not a language tag
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Language parse(String text) {
    try {
      if (text.length() <= MAX_LENGTH && !text.isEmpty()) {
        return new Language(new Locale.Builder().setLanguageTag(text).build().toLanguageTag());
      }
    } catch (IllformedLocaleException _) {
      // As for one that is too long.
    }
    throw new IllegalArgumentException("must be a language such as en or de-AT");
  }

  static @Nullable String text(@Nullable Language given) {
    return given == null ? null : given.tag();
  }
}
