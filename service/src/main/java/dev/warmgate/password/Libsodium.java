package dev.warmgate.password;

import com.goterl.lazysodium.SodiumJava;
import com.goterl.lazysodium.utils.LibraryLoader;
import com.sun.jna.NativeLong;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Argon2id of the libsodium that comes with the service; maps new memory for each hash. */
final class Libsodium implements Argon2id {
  /** The size of libsodium's buffer for a PHC string, crypto_pwhash_STRBYTES. */
  private static final int PHC_BYTES = 128;

  // Prefer the bundled library, so that every machine runs the same one.
  private final SodiumJava sodium = new SodiumJava(LibraryLoader.Mode.PREFER_BUNDLED);

  @Override
  public String hash(byte[] secret, int iterations, int memoryKib) {
    byte[] phc = new byte[PHC_BYTES];
    NativeLong bytes = new NativeLong(memoryKib * 1024L);
    if (sodium.crypto_pwhash_str(phc, secret, secret.length, iterations, bytes) != 0) {
      throw new IllegalStateException("libsodium could not get memory for a hash");
    }
    int end = 0;
    while (end < phc.length && phc[end] != 0) {
      end++;
    }
    return new String(phc, 0, end, StandardCharsets.US_ASCII);
  }

  @Override
  public boolean matches(String hash, byte[] secret) {
    byte[] text = hash.getBytes(StandardCharsets.US_ASCII);
    // With the zero that ends a string in C.
    byte[] terminated = Arrays.copyOf(text, text.length + 1);
    return sodium.crypto_pwhash_str_verify(terminated, secret, secret.length) == 0;
  }
}
