package dev.warmgate.password.foreign;

import com.goterl.lazysodium.utils.LibraryLoader;
import com.sun.jna.NativeLong;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What libsodium computes of foreign hashes; loaded with the first of them.
 *
 * <p>Throws an {@link IllegalStateException} where there is no memory for a hash.
 */
@SuppressWarnings("IdentifierName") // of C
final class Sodium {
  static {
    load();
  }

  private Sodium() {}

  /**
   * Binds the functions below. Lazysodium's own binding of scrypt passes the lengths as 32-bit
   * numbers, of which libsodium reads 64 bits.
   */
  private static void load() {
    @SuppressWarnings("rawtypes")
    List<Class> bound = List.of(Sodium.class);
    new LibraryLoader(bound).loadLibrary(LibraryLoader.Mode.PREFER_BUNDLED, "sodium");
    if (sodium_init() < 0) {
      throw new IllegalStateException("libsodium cannot be used");
    }
  }

  private static native int sodium_init();

  private static native int crypto_pwhash_str_verify(byte[] text, byte[] secret, long secretBytes);

  private static native int crypto_pwhash_scryptsalsa208sha256_ll(
      byte[] secret,
      NativeLong secretBytes,
      byte[] salt,
      NativeLong saltBytes,
      long n,
      int r,
      int p,
      byte[] result,
      NativeLong resultBytes);

  /** Whether that PHC string, of Argon2i or Argon2id, is of this secret. */
  static boolean isArgon2Of(String phc, byte[] secret) {
    byte[] text = phc.getBytes(StandardCharsets.US_ASCII);
    // With the zero that ends a string in C.
    byte[] terminated = Arrays.copyOf(text, text.length + 1);
    return crypto_pwhash_str_verify(terminated, secret, secret.length) == 0;
  }

  /** Returns so many bytes of scrypt with N = 2^logN. */
  static byte[] scrypt(byte[] secret, byte[] salt, int logN, int r, int p, int bytes) {
    byte[] result = new byte[bytes];
    int failed =
        crypto_pwhash_scryptsalsa208sha256_ll(
            secret,
            new NativeLong(secret.length),
            salt,
            new NativeLong(salt.length),
            1L << logN,
            r,
            p,
            result,
            new NativeLong(bytes));
    if (failed != 0) {
      throw new IllegalStateException("libsodium could not get memory for a hash");
    }
    return result;
  }
}
