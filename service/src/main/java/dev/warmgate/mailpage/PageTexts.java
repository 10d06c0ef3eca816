package dev.warmgate.mailpage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The texts of the pages in one language.
 *
 * @param language its tag
 */
record PageTexts(String language, JsonNode texts) {
  private static final Map<String, PageTexts> ALL = new LinkedHashMap<>();

  static {
    for (String language : List.of("en", "de")) {
      ALL.put(language, new PageTexts(language, read(language + ".yml")));
    }
  }

  private static JsonNode read(String name) {
    try (InputStream file = PageTexts.class.getResourceAsStream("/mail-page/" + name)) {
      return new YAMLMapper().readTree(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Returns the texts in the language of the account, or else in the one that the browser likes
   * best, or else in English.
   *
   * @param locale of the account, a BCP 47 tag
   * @param accepted {@code Accept-Language}; ignored if it is malformed
   */
  static PageTexts in(@Nullable String locale, @Nullable String accepted) {
    PageTexts own = locale == null ? null : ALL.get(Locale.forLanguageTag(locale).getLanguage());
    if (own != null) {
      return own;
    }
    try {
      String liked =
          accepted == null
              ? null
              : Locale.lookupTag(Locale.LanguageRange.parse(accepted), ALL.keySet());
      return ALL.getOrDefault(String.valueOf(liked), ALL.get("en"));
    } catch (IllegalArgumentException malformed) {
      return ALL.get("en");
    }
  }

  /** Returns a text without values. */
  String of(String... path) {
    JsonNode text = texts;
    for (String name : path) {
      text = text.path(name);
    }
    if (!text.isTextual()) {
      throw new IllegalArgumentException("there is no text " + String.join(".", path));
    }
    return text.asText();
  }
}
