package dev.warmgate.password.foreign;

import com.goterl.lazysodium.SodiumJava;
import com.goterl.lazysodium.utils.LibraryLoader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What libsodium computes of foreign hashes; loaded with the first of them.
 *
 * <p>Throws an {@link IllegalStateException} where there is no memory for a hash.
 */
final class Sodium {
  private static final SodiumJava LIBRARY = new SodiumJava(LibraryLoader.Mode.PREFER_BUNDLED);

  private Sodium() {}

  /** Whether that PHC string, of Argon2i or Argon2id, is of this secret. */
  static boolean isArgon2Of(String phc, byte[] secret) {
    byte[] text = phc.getBytes(StandardCharsets.US_ASCII);
    // With the zero that ends a string in C.
    byte[] terminated = Arrays.copyOf(text, text.length + 1);
    return LIBRARY.crypto_pwhash_str_verify(terminated, secret, secret.length) == 0;
  }

  /** Returns so many bytes of scrypt with N = 2^logN. */
  static byte[] scrypt(byte[] secret, byte[] salt, int logN, int r, int p, int bytes) {
    byte[] result = new byte[bytes];
    int failed =
        LIBRARY.crypto_pwhash_scryptsalsa208sha256_ll(
            secret, secret.length, salt, salt.length, 1L << logN, r, p, result, bytes);
    if (failed != 0) {
      throw new IllegalStateException("libsodium could not get memory for a hash");
    }
    return result;
  }
}
