package dev.warmgate.accountpage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warmgate.secret.Crypto;
import dev.warmgate.secret.SecretKeys;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * Proves that a form was made by this service for this browser and this session: a MAC over a
 * random value in a cookie and the session's id. Each token differs from all others, so that nobody
 * can guess it from the length of compressed pages.
 */
final class FormTokens {
  private static final byte[] PURPOSE = "form of an account page\0".getBytes(US_ASCII);
  private static final int SALT_BYTES = 16;
  private static final int MAX_LENGTH = 100;

  /** The first one makes tokens, all check them. */
  private final List<byte[]> keys;

  /**
   * @param secrets keys that sign other things too; tokens of forms use keys derived from them
   */
  FormTokens(SecretKeys secrets) {
    this.keys =
        Stream.concat(
                Stream.of(secrets.newestId()),
                secrets.ids().stream().filter(id -> !id.equals(secrets.newestId())))
            .map(id -> Crypto.hmac(secrets.find(id).orElseThrow(), PURPOSE))
            .toList();
  }

  /** Returns a value for the cookie. */
  static String newBrowser() {
    return encode(Crypto.random(SALT_BYTES));
  }

  /**
   * @param browser the value of the cookie
   * @param session the id of the session, or an empty text
   */
  String create(String browser, String session) {
    byte[] salt = Crypto.random(SALT_BYTES);
    byte[] mac = mac(keys.getFirst(), salt, browser, session);
    byte[] token = Arrays.copyOf(salt, salt.length + mac.length);
    System.arraycopy(mac, 0, token, salt.length, mac.length);
    return encode(token);
  }

  boolean isValid(String token, String browser, String session) {
    if (token.length() > MAX_LENGTH) {
      return false;
    }
    byte[] given;
    try {
      given = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException garbage) {
      return false;
    }
    if (given.length <= SALT_BYTES) {
      return false;
    }
    byte[] salt = Arrays.copyOf(given, SALT_BYTES);
    byte[] mac = Arrays.copyOfRange(given, SALT_BYTES, given.length);
    return keys.stream()
        .anyMatch(key -> MessageDigest.isEqual(mac, mac(key, salt, browser, session)));
  }

  private static byte[] mac(byte[] key, byte[] salt, String browser, String session) {
    return Crypto.hmac(key, salt, (browser + "\0" + session).getBytes(US_ASCII));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
