package dev.warmgate.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CaseFoldingTest {
  /** Its upper case is that of another letter, but Unicode folds the two differently. */
  private static final int DOTLESS_I = 0x131;

  private static final boolean EVERY_MARK = Boolean.getBoolean("tests.full");

  /** Of each letter, on average. */
  private static final int MARKS_OF_A_SAMPLE = 10;

  private static final int[] LETTERS =
      IntStream.range(0, Character.MAX_CODE_POINT)
          .filter(c -> Character.isLetter(c) && c != DOTLESS_I)
          .toArray();

  /**
   * Without two marks: U+0345 is a letter in upper case and is therefore ordered differently there,
   * and U+034F is invisible.
   */
  private static final int[] MARKS =
      IntStream.range(0x300, 0x370).filter(c -> c != 0x345 && c != 0x34f).toArray();

  private static final int[] WITH_CASE =
      Arrays.stream(LETTERS)
          .filter(c -> Character.toUpperCase(c) != Character.toLowerCase(c))
          .toArray();

  @ParameterizedTest
  @CsvSource({
    "ADA, ada",
    "JOSÉ, josé",
    // It has no precomposed capital, so it is composed only after folding.
    "H\u0331, \u1e96",
    "\u1e96, \u1e96",
    "J\u030c, \u01f0",
    "ΟΔΟΣ, οδοσ",
    "οδος, οδοσ",
    "straße, strasse",
    "STRAẞE, strasse",
    "\u212a, k",
    "\u0130, i\u0307",
    "\u0131, \u0131",
    "\u1f82, \u1f02\u03b9",
    "ﬁ, fi",
    "\uab70, \u13a0",
  })
  void foldsTextInAnyCase(String text, String folded) {
    assertThat(CaseFolding.fold(text)).isEqualTo(folded);
  }

  @Test
  void foldsEachLetterAlikeInAnyCaseAndForm() {
    SoftAssertions all = new SoftAssertions();
    for (int letter : LETTERS) {
      assertSame(all, Character.toString(letter));
    }
    all.assertAll();
  }

  @Test
  void foldsEachLetterWithAMarkAlikeInAnyCaseAndForm() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    SoftAssertions all = new SoftAssertions();
    for (int letter : WITH_CASE) {
      for (int mark : MARKS) {
        if (EVERY_MARK || random.nextInt(MARKS.length) < MARKS_OF_A_SAMPLE) {
          assertSame(all, Character.toString(letter) + Character.toString(mark));
        }
      }
    }
    assertThat(all.wasSuccess()).as("seed %s: %s", seed, all.errorsCollected()).isTrue();
  }

  @Test
  void foldsRandomTextAlikeInAnyCaseAndForm() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    SoftAssertions all = new SoftAssertions();
    for (int i = 0; i < 20_000; i++) {
      String text =
          IntStream.range(0, 1 + random.nextInt(12))
              .map(_ ->
                  oneOf(
                      random.nextInt(3) == 0 ? MARKS : random.nextBoolean() ? WITH_CASE : LETTERS,
                      random))
              .mapToObj(Character::toString)
              .collect(Collectors.joining());
      assertSame(all, text);
    }
    assertThat(all.wasSuccess()).as("seed %s: %s", seed, all.errorsCollected()).isTrue();
  }

  private static int oneOf(int[] characters, Random random) {
    return characters[random.nextInt(characters.length)];
  }

  private static void assertSame(SoftAssertions all, String text) {
    String folded = CaseFolding.fold(text);
    String decomposed = Normalizer.normalize(text, Normalizer.Form.NFD);
    boolean same =
        folded.equals(CaseFolding.fold(folded))
            && Normalizer.isNormalized(folded, Normalizer.Form.NFC)
            && folded.equals(CaseFolding.fold(decomposed))
            && folded.equals(CaseFolding.fold(decomposed.toUpperCase(Locale.ROOT)))
            && folded.equals(CaseFolding.fold(decomposed.toLowerCase(Locale.ROOT)));
    if (!same) {
      all.fail(text.codePoints().mapToObj(Integer::toHexString).collect(Collectors.joining(" ")));
    }
  }
}
