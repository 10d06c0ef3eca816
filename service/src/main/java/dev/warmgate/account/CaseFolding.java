package dev.warmgate.account;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import java.util.Locale;

/**
 * What is the same in upper and lower case, composed and decomposed: canonical caseless matching
 * (Unicode 3.13, D145), in NFC. For short texts only, whose length was looked at before.
 */
final class CaseFolding {
  private CaseFolding() {}

  /** Folded; folding that once more changes nothing. */
  static String fold(String text) {
    return isAscii(text) ? text.toLowerCase(Locale.ROOT) : Tables.fold(text);
  }

  /** Whether something in it shows on no screen (Default_Ignorable_Code_Point). */
  static boolean hasIgnorable(String text) {
    return !isAscii(text) && text.codePoints().anyMatch(Tables::isIgnorable);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /** Apart, since most texts do not need the tables, which take a while to be read. */
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
