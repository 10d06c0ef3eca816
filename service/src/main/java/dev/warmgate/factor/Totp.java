package dev.warmgate.factor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.secret.Crypto;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Time-based one-time passwords (RFC 6238). It knows nothing of codes that were used: {@link
 * FactorDao} does. {@link #toString} hides the secret.
 *
 * @param algorithm of the HMAC: {@code SHA1}, {@code SHA256} or {@code SHA512}
 * @param period seconds of a time step
 */
public record Totp(byte[] secret, String algorithm, int digits, int period) {
  /** What all apps can do; they ignore other parameters, or refuse them. */
  private static final String ALGORITHM = "SHA1";

  private static final int DIGITS = 6;
  private static final int PERIOD = 30;

  /** The 160 bits that RFC 4226 section 4 recommends. */
  private static final int SECRET_BYTES = 20;

  /** How many steps the clock of an app may be off (RFC 6238 section 5.2). */
  private static final int SKEW = 1;

  /** Returns one with a new secret. */
  public static Totp generate() {
    return ofSecret(Crypto.random(SECRET_BYTES));
  }

  public static Totp ofSecret(byte[] secret) {
    return new Totp(secret, ALGORITHM, DIGITS, PERIOD);
  }

  /** Whether every app and service can compute its codes, also those that know no parameters. */
  public boolean isUsual() {
    return algorithm.equals(ALGORITHM) && digits == DIGITS && period == PERIOD;
  }

  /** Returns the time step of a moment. */
  public long step(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), period);
  }

  /** Returns the code of a time step. */
  public String code(long step) {
    byte[] mac =
        Crypto.hmac(algorithm, secret, ByteBuffer.allocate(Long.BYTES).putLong(step).array());
    // The dynamic truncation of RFC 4226 section 5.3.
    int offset = mac[mac.length - 1] & 0xf;
    int number = ByteBuffer.wrap(mac, offset, Integer.BYTES).getInt() & Integer.MAX_VALUE;
    return ("%0" + digits + "d").formatted(number % (int) Math.pow(10, digits));
  }

  /** Returns the time step of a code that is good now, if it is; all steps take the same time. */
  public OptionalLong stepOf(String code, Instant now) {
    OptionalLong found = OptionalLong.empty();
    long present = step(now);
    for (long step = present - SKEW; step <= present + SKEW; step++) {
      if (MessageDigest.isEqual(code(step).getBytes(UTF_8), code.getBytes(UTF_8))) {
        found = OptionalLong.of(step);
      }
    }
    return found;
  }

  /** Returns the secret as people type it into an app. */
  public String base32() {
    return Base32.encode(secret);
  }

  /**
   * Returns the URI that apps read from a QR code.
   *
   * @param issuer the site
   * @param account its name there
   */
  public String uri(String issuer, String account) {
    return "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=%s&digits=%d&period=%d"
        .formatted(
            encoded(issuer),
            encoded(account),
            base32(),
            encoded(issuer),
            algorithm,
            digits,
            period);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return "Totp[…]";
  }
}
