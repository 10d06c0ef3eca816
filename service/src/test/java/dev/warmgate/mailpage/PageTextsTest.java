package dev.warmgate.mailpage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PageTextsTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "-|-|en",
        "de|-|de",
        "de-AT|en|de",
        "fr|de|de",
        "-|fr, de;q=0.9, en;q=0.8|de",
        "-|en, de|en",
        "-|fr|en",
        "-|*|en",
        "-|;;q=x|en",
        "no language|de|de"
      })
  void followTheAccountAndThenTheBrowser(String locale, String accepted, String language) {
    assertThat(PageTexts.in(locale, accepted).language()).isEqualTo(language);
  }

  @Test
  void areTheSameInEveryLanguage() {
    assertThat(paths("", PageTexts.in("de", null).texts()))
        .isEqualTo(paths("", PageTexts.in("en", null).texts()));
  }

  private static Set<String> paths(String prefix, JsonNode texts) {
    Set<String> paths = new TreeSet<>();
    texts
        .properties()
        .forEach(entry -> {
          String path = prefix + "/" + entry.getKey();
          paths.addAll(entry.getValue().isObject() ? paths(path, entry.getValue()) : Set.of(path));
        });
    return paths;
  }
}
