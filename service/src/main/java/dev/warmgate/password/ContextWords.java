package dev.warmgate.password;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The words of the e-mail address and of the service's name, which an attacker tries first (NIST SP
 * 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.11). A password is refused if it consists only of these
 * words, digits and symbols; case, accents, reversal and look-alike characters make no difference.
 */
final class ContextWords {
  /** Shorter words occur in many good passwords. */
  private static final int SHORTEST = 3;

  private static final int SHORTEST_NUMBER = 6;

  /** Maps characters that look alike to one letter. */
  private static final Map<Integer, Integer> LOOK_ALIKES =
      Map.ofEntries(
          alike('0', 'o'),
          alike('1', 'l'),
          alike('i', 'l'),
          alike('!', 'l'),
          alike('|', 'l'),
          alike('3', 'e'),
          alike('4', 'a'),
          alike('@', 'a'),
          alike('5', 's'),
          alike('$', 's'),
          alike('7', 't'),
          alike('+', 't'),
          alike('8', 'b'),
          alike('9', 'g'));

  private final List<Shape> words;

  private ContextWords(List<Shape> words) {
    this.words = words;
  }

  /** Takes each text as a whole and each of its parts between separators. */
  static ContextWords of(String... texts) {
    return new ContextWords(
        Arrays.stream(texts)
            .flatMap(ContextWords::parts)
            .distinct()
            .map(Shape::of)
            .filter(word -> word.letters.length >= SHORTEST)
            .flatMap(word -> Stream.of(word, word.reversed()))
            .toList());
  }

  private static Stream<String> parts(String text) {
    int at = text.lastIndexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    return Stream.concat(
        Stream.of(text, name, name.split("\\+", 2)[0]),
        Arrays.stream(text.split("[^\\p{L}\\p{M}\\p{Nd}]")));
  }

  ContextWords and(ContextWords others) {
    return new ContextWords(Stream.concat(words.stream(), others.words.stream()).toList());
  }

  boolean makeUp(Password password) {
    Shape shape = Shape.of(password.text());
    return shape.consistsOf(words, false)
        || shape.consistsOf(words.stream().filter(Shape::isDistinctive).toList(), true);
  }

  private static Map.Entry<Integer, Integer> alike(int sign, int letter) {
    return Map.entry(sign, letter);
  }

  /**
   * A text without case, accents, punctuation and look-alike characters.
   *
   * @param isLetter for each character, whether it was a letter in the text
   */
  private record Shape(int[] letters, boolean[] isLetter) {
    static Shape of(String text) {
      int[] characters =
          Normalizer.normalize(text.toUpperCase(Locale.ROOT), Normalizer.Form.NFKD)
              .codePoints()
              .map(Character::toLowerCase)
              .filter(c -> Character.isLetterOrDigit(c) || LOOK_ALIKES.containsKey(c))
              .toArray();
      boolean[] isLetter = new boolean[characters.length];
      for (int i = 0; i < characters.length; i++) {
        isLetter[i] = Character.isLetter(characters[i]);
        characters[i] = LOOK_ALIKES.getOrDefault(characters[i], characters[i]);
      }
      return new Shape(characters, isLetter);
    }

    Shape reversed() {
      int length = letters.length;
      int[] turned = new int[length];
      boolean[] isTurned = new boolean[length];
      for (int i = 0; i < length; i++) {
        turned[i] = letters[length - 1 - i];
        isTurned[i] = isLetter[length - 1 - i];
      }
      return new Shape(turned, isTurned);
    }

    /**
     * Returns whether the word may be combined with digits and symbols. A short number may not,
     * since it would match most numbers; a long one, such as a telephone number, may.
     */
    boolean isDistinctive() {
      if (letters.length >= SHORTEST_NUMBER) {
        return true;
      }
      for (boolean letter : isLetter) {
        if (letter) {
          return true;
        }
      }
      return false;
    }

    /** Returns whether the text is a sequence of these words, with at least one of them. */
    boolean consistsOf(List<Shape> words, boolean ignoringDigitsAndSymbols) {
      int length = letters.length;
      boolean[] reached = new boolean[length + 1];
      boolean[] withWord = new boolean[length + 1];
      reached[0] = true;
      for (int i = 0; i < length; i++) {
        if (!reached[i]) {
          continue;
        }
        if (ignoringDigitsAndSymbols && !isLetter[i]) {
          reached[i + 1] = true;
          withWord[i + 1] |= withWord[i];
        }
        for (Shape word : words) {
          if (startsAt(i, word)) {
            reached[i + word.letters.length] = true;
            withWord[i + word.letters.length] = true;
          }
        }
      }
      return withWord[length];
    }

    private boolean startsAt(int start, Shape word) {
      int end = start + word.letters.length;
      return end <= letters.length
          && letters[start] == word.letters[0]
          && Arrays.equals(letters, start, end, word.letters, 0, word.letters.length);
    }
  }
}
