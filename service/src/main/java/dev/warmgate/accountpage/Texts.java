package dev.warmgate.accountpage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the pages say, in each of their languages. */
final class Texts {
  static final List<String> LANGUAGES = List.of("en", "de");

  private static final Pattern PLACE = Pattern.compile("\\{([0-9])}");

  /** Longer ones are ignored: to parse them costs more than they are worth. */
  private static final int MAX_ACCEPTED = 200;

  private final Map<String, Map<String, String>> languages = new HashMap<>();
  private final String otherwise;

  /**
   * @param otherwise the language of people whose language is unknown, if the pages have it
   */
  Texts(String otherwise) {
    this.otherwise = LANGUAGES.contains(otherwise) ? otherwise : LANGUAGES.getFirst();
    LANGUAGES.forEach(language -> languages.put(language, read(language)));
  }

  private static Map<String, String> read(String language) {
    try {
      Map<String, String> texts = new HashMap<>();
      for (String file : List.of(language + ".yml", language + "-errors.yml")) {
        collect("", new YAMLMapper().readTree(Assets.read(file)), texts);
      }
      return texts;
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void collect(String prefix, JsonNode node, Map<String, String> texts) {
    if (node.isValueNode()) {
      texts.put(prefix, node.asText());
      return;
    }
    node.properties()
        .forEach(child ->
            collect(
                prefix.isEmpty() ? child.getKey() : prefix + "." + child.getKey(),
                child.getValue(),
                texts));
  }

  /** Returns the texts of one language by their keys. */
  Map<String, String> in(String language) {
    return languages.get(language);
  }

  /**
   * Returns a text.
   *
   * @param values replace {@code {0}}, {@code {1}} and so on
   */
  String get(String language, String key, Object... values) {
    return find(language, key, values).orElseThrow(() -> new IllegalArgumentException(key));
  }

  Optional<String> find(String language, String key, Object... values) {
    // In one pass, since a value may look like the place of another one.
    return Optional.ofNullable(languages.get(language).get(key))
        .map(text ->
            PLACE
                .matcher(text)
                .replaceAll(place ->
                    Matcher.quoteReplacement(value(place.group(1), values, place.group()))));
  }

  private static String value(String number, Object[] values, String otherwise) {
    int index = Integer.parseInt(number);
    return index < values.length ? String.valueOf(values[index]) : otherwise;
  }

  boolean has(String language, String key) {
    return languages.get(language).containsKey(key);
  }

  /**
   * Returns the language for a person.
   *
   * @param chosen by them, if at all
   * @param accepted by their browser, as in {@code Accept-Language}
   */
  String choose(@Nullable String chosen, @Nullable String accepted) {
    if (chosen != null && LANGUAGES.contains(chosen)) {
      return chosen;
    }
    if (accepted == null || accepted.length() > MAX_ACCEPTED) {
      return otherwise;
    }
    try {
      String best = Locale.lookupTag(Locale.LanguageRange.parse(accepted), LANGUAGES);
      return best == null ? otherwise : best;
    } catch (IllegalArgumentException malformed) {
      return otherwise;
    }
  }
}
