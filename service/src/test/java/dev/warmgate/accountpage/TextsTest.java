package dev.warmgate.accountpage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.problem.ProblemType;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextsTest {
  private static final Pattern PLACE = Pattern.compile("\\{[0-9]}");

  private final Texts texts = new Texts("en");

  @Test
  void sayTheSameInEachLanguage() {
    for (String language : Texts.LANGUAGES) {
      assertThat(texts.in(language).keySet())
          .as(language)
          .containsExactlyInAnyOrderElementsOf(texts.in("en").keySet());
      texts
          .in(language)
          .forEach((key, text) ->
              assertThat(places(text))
                  .as(language + " " + key)
                  .isEqualTo(places(texts.in("en").get(key))));
    }
  }

  private static Set<String> places(String text) {
    assertThat(text).isNotBlank();
    return new TreeSet<>(PLACE.matcher(text).results().map(MatchResult::group).toList());
  }

  @Test
  void takeNoValueForThePlaceOfAnother() {
    assertThat(texts.get("en", "change-address.text", "a{1}b@example.com", "ada@example.com"))
        .contains("the address a{1}b@example.com from now on");
  }

  @Test
  void nameOnlyProblemsThatExist() {
    texts.in("en").keySet().stream()
        .filter(key -> key.startsWith("problems.") && !key.equals("problems.other"))
        .forEach(key ->
            assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::code))
                .contains(key.substring("problems.".length())));
  }

  @ParameterizedTest
  @CsvSource({
    "de, en, de",
    "fr, de, de",
    ", 'de-CH,en;q=0.5', de",
    ", 'fr;q=1,de;q=0.2,en;q=0.1', de",
    ", '*', en",
    ", '', en",
    ", ',,;q=', en",
    ", , en"
  })
  void areChosenByThePersonThenByTheirBrowser(String chosen, String accepted, String language) {
    assertThat(texts.choose(chosen, accepted)).isEqualTo(language);
  }
}
