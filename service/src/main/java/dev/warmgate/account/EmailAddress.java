package dev.warmgate.account;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.warmgate.network.DomainName;
import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * An e-mail address as the user wrote it, and its unique key: the local part folded ({@link
 * CaseFolding}), the domain in ASCII ({@link DomainName}). {@link #toString} hides both.
 */
public record EmailAddress(String text, String key) {
  /** Reserved by RFC 2606, so it never receives mail. */
  public static final String DECOY_DOMAIN = "warmup.invalid";

  /** In UTF-16 units; checked before any operation whose cost grows with the length. */
  private static final int MAX_LENGTH = 254;

  /**
   * Excludes spaces (among them the Braille blank, U+2800), controls, direction marks, unpaired
   * surrogates, and everything that needs quotes.
   */
  private static final Pattern LOCAL =
      Pattern.compile("[^\\p{Z}\\p{C}\\u2800@\"(),:;<>\\[\\]\\\\]{1,64}");

  /**
   * @throws IllegalArgumentException if the text is not an address
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static EmailAddress parse(String text) {
    String stripped = text.strip();
    require(stripped.length() <= MAX_LENGTH);
    String given = Normalizer.normalize(stripped, Normalizer.Form.NFC);
    int at = given.lastIndexOf('@');
    require(at > 0 && given.length() <= MAX_LENGTH);
    String local = given.substring(0, at);
    require(LOCAL.matcher(local).matches() && !CaseFolding.hasIgnorable(local));
    String domain = DomainName.toAscii(given.substring(at + 1)).orElse("");
    require(DomainName.isValid(domain));
    return new EmailAddress(given, CaseFolding.fold(local) + "@" + domain);
  }

  /**
   * Turns the beginning of an address, of at most a few hundred characters, into the beginning of a
   * key. A domain label in another alphabet is only found if it is complete.
   */
  public static String fold(String beginning) {
    int at = beginning.lastIndexOf('@');
    if (at < 0) {
      return CaseFolding.fold(beginning);
    }
    String domain = beginning.substring(at + 1);
    return CaseFolding.fold(beginning.substring(0, at))
        + "@"
        + DomainName.toAscii(domain).orElseGet(() -> CaseFolding.fold(domain));
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException("must be an e-mail address");
    }
  }

  /** Whether this is the address of a warm-up account. */
  public boolean isDecoy() {
    return key.endsWith("@" + DECOY_DOMAIN);
  }

  @Override
  public String toString() {
    return "EmailAddress[…]";
  }
}
