package dev.warmgate.password.foreign;

import dev.warmgate.password.HashCost;
import dev.warmgate.secret.Crypto;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Firebase's scrypt, in the form in which Supabase Auth stores it: scrypt makes a key, and AES-CTR
 * encrypts the project's signer key with it.
 *
 * @param logN the binary logarithm of scrypt's N
 * @param separator follows the salt
 */
record FirebaseHash(
    int logN, int r, int p, byte[] separator, byte[] signerKey, byte[] salt, byte[] result)
    implements ForeignHash {
  private static final String BASE64 = "([A-Za-z0-9+/]{0,700}={0,2})";

  private static final Pattern FORM =
      Pattern.compile(
          "\\$fbscrypt\\$v=1,n=(\\d{1,2}),r=(\\d{1,4}),p=(\\d{1,4})"
              + (",ss=" + BASE64 + ",sk=" + BASE64 + "\\$" + BASE64 + "\\$" + BASE64));

  private static final int KEY_BYTES = 32;
  private static final int LEAST_RESULT = 16;

  FirebaseHash {
    ScryptHash.requireParameters(logN, r, p);
    if (salt.length == 0 || result.length < LEAST_RESULT || signerKey.length != result.length) {
      throw new IllegalArgumentException("unknown parameters of Firebase");
    }
  }

  static Optional<ForeignHash> parse(String text) {
    return PhcText.read(
        FORM.matcher(text),
        form ->
            new FirebaseHash(
                PhcText.number(form, 1),
                PhcText.number(form, 2),
                PhcText.number(form, 3),
                PhcText.bytes(form, 4),
                PhcText.bytes(form, 5),
                PhcText.bytes(form, 6),
                PhcText.bytes(form, 7)));
  }

  @Override
  public boolean matches(byte[] secret) {
    byte[] wholeSalt =
        ByteBuffer.allocate(salt.length + separator.length).put(salt).put(separator).array();
    byte[] key = Sodium.scrypt(secret, wholeSalt, logN, r, p, KEY_BYTES);
    return MessageDigest.isEqual(result, Crypto.aesCtr(key, signerKey));
  }

  @Override
  public HashCost cost() {
    return ScryptHash.cost(logN, r, p);
  }

  @Override
  public boolean isTooWeak() {
    return ScryptHash.isTooWeak(logN, r);
  }

  @Override
  public String toString() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "$fbscrypt$v=1,n=%d,r=%d,p=%d,ss=%s,sk=%s$%s$%s"
        .formatted(
            logN,
            r,
            p,
            base64.encodeToString(separator),
            base64.encodeToString(signerKey),
            base64.encodeToString(salt),
            base64.encodeToString(result));
  }
}
