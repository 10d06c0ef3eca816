package dev.warmgate.account;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import java.util.Locale;

/**
 * Folds texts so that those that differ only in case or composition become equal: canonical
 * caseless matching (Unicode 3.13, D145), in NFC. Callers limit the length of the text first.
 */
final class CaseFolding {
  private CaseFolding() {}

  /** Returns the folded text. Folding it again changes nothing. */
  static String fold(String text) {
    return isAscii(text) ? text.toLowerCase(Locale.ROOT) : Tables.fold(text);
  }

  /** Whether the text contains an invisible character (Default_Ignorable_Code_Point). */
  static boolean hasIgnorable(String text) {
    return !isAscii(text) && text.codePoints().anyMatch(Tables::isIgnorable);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /** Loaded on first use, since most texts do not need these tables and reading them is slow. */
  private static final class Tables {
    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();
    private static final Normalizer2 NFD = Normalizer2.getNFDInstance();

    static String fold(String text) {
      String folded = text;
      String before;
      do {
        before = folded;
        folded = NFC.normalize(UCharacter.foldCase(NFD.normalize(before), true));
      } while (!folded.equals(before));
      return folded;
    }

    static boolean isIgnorable(int character) {
      return UCharacter.hasBinaryProperty(character, UProperty.DEFAULT_IGNORABLE_CODE_POINT);
    }
  }
}
