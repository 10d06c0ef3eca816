package dev.warmgate.account;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An e-mail address as the user wrote it, and the key by which it is unique: NFC, lower case, the
 * domain in its ASCII form. Never prints itself.
 */
public record EmailAddress(String text, String key) {
  /** Reserved for ever by RFC 2606. */
  public static final String DECOY_DOMAIN = "warmup.invalid";

  private static final int MAX_LENGTH = 254;

  /** No spaces, controls, direction marks or halves of characters; nothing that needs quotes. */
  private static final Pattern LOCAL = Pattern.compile("[^\\p{Z}\\p{C}@\"(),:;<>\\[\\]\\\\]{1,64}");

  private static final Pattern DOMAIN =
      Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9-]{2,63}");

  /**
   * @throws IllegalArgumentException if the text is not an address
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static EmailAddress parse(String text) {
    String given = Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
    int at = given.lastIndexOf('@');
    if (at < 1 || given.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("must be an e-mail address");
    }
    String local = given.substring(0, at);
    String domain = ascii(given.substring(at + 1));
    if (!LOCAL.matcher(local).matches() || !DOMAIN.matcher(domain).matches()) {
      throw new IllegalArgumentException("must be an e-mail address");
    }
    return new EmailAddress(given, local.toLowerCase(Locale.ROOT) + "@" + domain);
  }

  /** The beginning of a key for the beginning of an address. */
  public static String fold(String beginning) {
    return Normalizer.normalize(beginning, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  /** The domain as DNS has it; an empty text, which is none, if it cannot be written so. */
  private static String ascii(String domain) {
    try {
      return IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException notADomain) {
      return "";
    }
  }

  /** Whether it is one of the accounts by which the service warms itself up; no mail gets there. */
  public boolean isDecoy() {
    return key.endsWith("@" + DECOY_DOMAIN);
  }

  @Override
  public String toString() {
    return "EmailAddress[…]";
  }
}
