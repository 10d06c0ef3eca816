package dev.warmgate.password;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Words that an attacker tries first, as they know whose password it is and for what: of the e-mail
 * address, and of the service's name (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.11). A
 * password is made of them if it holds nothing else but digits and signs; backwards, in capitals,
 * with accents and with signs for letters they are the same words.
 */
final class ContextWords {
  /** Shorter ones are in many a good password. */
  private static final int SHORTEST = 3;

  private static final int SHORTEST_NUMBER = 6;

  /** Signs that stand for a letter, and one letter for those that look like it. */
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

  /** The words of addresses and names: whole, and between whatever divides them. */
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
        || shape.consistsOf(words.stream().filter(Shape::isTelling).toList(), true);
  }

  private static Map.Entry<Integer, Integer> alike(int sign, int letter) {
    return Map.entry(sign, letter);
  }

  /**
   * A text as it looks from far away.
   *
   * @param isLetter of each letter whether it was written as one
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

    /** A short number is not to forbid all numbers that it is in; a telephone number is a word. */
    boolean isTelling() {
      if (letters.length >= SHORTEST_NUMBER) {
        return true;
      }
      for (boolean one : isLetter) {
        if (one) {
          return true;
        }
      }
      return false;
    }

    /** Whether one of the words after the other makes it up; at least one is there. */
    boolean consistsOf(List<Shape> words, boolean besidesDigitsAndSigns) {
      int length = letters.length;
      boolean[] reached = new boolean[length + 1];
      boolean[] byAWord = new boolean[length + 1];
      reached[0] = true;
      for (int i = 0; i < length; i++) {
        if (!reached[i]) {
          continue;
        }
        if (besidesDigitsAndSigns && !isLetter[i]) {
          reached[i + 1] = true;
          byAWord[i + 1] |= byAWord[i];
        }
        for (Shape word : words) {
          if (startsAt(i, word)) {
            reached[i + word.letters.length] = true;
            byAWord[i + word.letters.length] = true;
          }
        }
      }
      return byAWord[length];
    }

    private boolean startsAt(int start, Shape word) {
      int end = start + word.letters.length;
      return end <= letters.length
          && letters[start] == word.letters[0]
          && Arrays.equals(letters, start, end, word.letters, 0, word.letters.length);
    }
  }
}
