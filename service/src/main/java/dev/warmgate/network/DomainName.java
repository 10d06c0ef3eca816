package dev.warmgate.network;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.IDNA;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Host names as in DNS. Names in other alphabets follow IDNA 2008 (RFC 5890 to 5893, by the rules
 * of UTS #46 without its transitional ones); a name that it disallows, or that IDNA 2003 maps to
 * another name, is not valid.
 */
public final class DomainName {
  /** Without the trailing dot; checked before any operation whose cost grows with the length. */
  public static final int MAX_LENGTH = 253;

  private static final String A_LABEL = "xn--";

  /**
   * Several labels; the last begins with a letter, so that no spelling of an IPv4 address matches.
   */
  private static final Pattern FORM =
      Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]");

  /**
   * Letters, marks, digits, and characters that are allowed only next to certain letters (RFC 5892,
   * A.3 to A.7).
   */
  private static final Pattern OTHER_ALPHABET =
      Pattern.compile("[\\p{L}\\p{Mn}\\p{Mc}\\p{Nd}.\\-\\u00b7\\u0375\\u05f3\\u05f4\\u30fb]+");

  /** The characters among them that RFC 5892 disallows in sections 2.6 and 2.9. */
  private static final Pattern DISALLOWED =
      Pattern.compile(
          "[\\u0640\\u07fa\\u302e\\u302f\\u3031-\\u3035\\u303b"
              + "\\u1100-\\u11ff\\ua960-\\ua97c\\ud7b0-\\ud7fb]");

  private DomainName() {}

  /** Converts the name to lower case and ASCII; returns nothing if that is not possible. */
  public static Optional<String> toAscii(String name) {
    if (name.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String lower = name.toLowerCase(Locale.ROOT);
    boolean ascii = name.chars().allMatch(c -> c < 0x80);
    if (ascii && !lower.startsWith(A_LABEL) && !lower.contains("." + A_LABEL)) {
      return Optional.of(lower);
    }
    return isInLetters(name) ? Converter.toAscii(name) : Optional.empty();
  }

  /** Whether a name in lower-case ASCII can be that of a host on the internet. */
  public static boolean isValid(String ascii) {
    return ascii.length() <= MAX_LENGTH && FORM.matcher(ascii).matches();
  }

  private static boolean isInLetters(String name) {
    return OTHER_ALPHABET.matcher(name).matches();
  }

  /** Loaded on first use, since few names need these tables and reading them is slow. */
  private static final class Converter {
    private static final IDNA RULES =
        IDNA.getUTS46Instance(
            IDNA.NONTRANSITIONAL_TO_ASCII
                | IDNA.NONTRANSITIONAL_TO_UNICODE
                | IDNA.USE_STD3_RULES
                | IDNA.CHECK_BIDI
                | IDNA.CHECK_CONTEXTJ
                | IDNA.CHECK_CONTEXTO);

    static Optional<String> toAscii(String name) {
      // UTS #46 drops invisible characters instead of refusing them.
      if (name.codePoints().anyMatch(Converter::isIgnorable)) {
        return Optional.empty();
      }
      IDNA.Info found = new IDNA.Info();
      String unicode = RULES.nameToUnicode(name, new StringBuilder(), found).toString();
      // UTS #46 allows symbols, which IDNA 2008 does not.
      if (found.hasErrors()
          || found.isTransitionalDifferent()
          || !isInLetters(unicode)
          || DISALLOWED.matcher(unicode).find()) {
        return Optional.empty();
      }
      IDNA.Info written = new IDNA.Info();
      String ascii = RULES.nameToASCII(name, new StringBuilder(), written).toString();
      return written.hasErrors() ? Optional.empty() : Optional.of(ascii);
    }

    private static boolean isIgnorable(int character) {
      return UCharacter.hasBinaryProperty(character, UProperty.DEFAULT_IGNORABLE_CODE_POINT);
    }
  }
}
