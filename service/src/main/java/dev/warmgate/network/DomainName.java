package dev.warmgate.network;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.IDNA;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names of hosts as DNS has them. Names in other alphabets are those of IDNA 2008 (RFC 5890 to
 * 5893, by the rules of UTS #46 without its transitional ones); what it does not allow, or what
 * IDNA 2003 led to another owner, is no name.
 */
public final class DomainName {
  /**
   * Without the dot at the end; looked at before anything that takes longer with each character.
   */
  public static final int MAX_LENGTH = 253;

  private static final String A_LABEL = "xn--";

  /** Several labels; the last begins with a letter, as no spelling of an IPv4 address does. */
  private static final Pattern FORM =
      Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]");

  /**
   * Letters, marks, digits, and what is allowed between some letters only (RFC 5892, A.3 to A.7).
   */
  private static final Pattern OTHER_ALPHABET =
      Pattern.compile("[\\p{L}\\p{Mn}\\p{Mc}\\p{Nd}.\\-\\u00b7\\u0375\\u05f3\\u05f4\\u30fb]+");

  /** What RFC 5892 excepts from those in its sections 2.6 and 2.9. */
  private static final Pattern DISALLOWED =
      Pattern.compile(
          "[\\u0640\\u07fa\\u302e\\u302f\\u3031-\\u3035\\u303b"
              + "\\u1100-\\u11ff\\ua960-\\ua97c\\ud7b0-\\ud7fb]");

  private DomainName() {}

  /** The name in lower case and ASCII, whatever its labels look like; nothing if it has no such. */
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

  /** Whether a name in ASCII and lower case can be one of a host on the internet. */
  public static boolean isValid(String ascii) {
    return ascii.length() <= MAX_LENGTH && FORM.matcher(ascii).matches();
  }

  private static boolean isInLetters(String name) {
    return OTHER_ALPHABET.matcher(name).matches();
  }

  /** Apart, since few names need the tables, which take a while to be read. */
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
      // UTS #46 reads over what no screen shows.
      if (name.codePoints().anyMatch(Converter::isIgnorable)) {
        return Optional.empty();
      }
      IDNA.Info found = new IDNA.Info();
      String unicode = RULES.nameToUnicode(name, new StringBuilder(), found).toString();
      // UTS #46 still allows symbols, which have no place in IDNA 2008.
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
