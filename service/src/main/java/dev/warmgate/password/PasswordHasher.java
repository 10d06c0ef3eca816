package dev.warmgate.password;

import com.goterl.lazysodium.SodiumJava;
import com.goterl.lazysodium.utils.LibraryLoader;
import com.sun.jna.NativeLong;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hashes passwords with libsodium's Argon2id. Hashes are PHC strings, which include their
 * parameters; a hash that cannot be parsed matches no password.
 */
public final class PasswordHasher {
  /** The size of libsodium's buffer for a PHC string, crypto_pwhash_STRBYTES. */
  private static final int PHC_BYTES = 128;

  private static final long LEAST_ITERATIONS = 1;
  private static final NativeLong LEAST_MEMORY_BYTES = new NativeLong(8192);

  private final long iterations;
  private final NativeLong memoryBytes;
  private volatile @Nullable SodiumJava loaded;
  private volatile @Nullable String decoy;

  public PasswordHasher(HashingConfiguration configuration) {
    iterations = configuration.iterations();
    memoryBytes = new NativeLong(configuration.memoryKib() * 1024L);
  }

  /** Loads the library at its first use, which the warm-up triggers, because loading takes time. */
  private SodiumJava sodium() {
    SodiumJava known = loaded;
    return known == null ? load() : known;
  }

  private synchronized SodiumJava load() {
    SodiumJava known = loaded;
    if (known == null) {
      // Prefer the bundled library, so that every machine runs the same one.
      known = new SodiumJava(LibraryLoader.Mode.PREFER_BUNDLED);
      loaded = known;
    }
    return known;
  }

  /** Returns a new hash with a random salt and the configured parameters. */
  public String hash(Password password) {
    return hash(password, iterations, memoryBytes);
  }

  /**
   * Returns a hash that costs almost nothing, for the account of the warm-up: its logins warm
   * everything but hashing, which is already warm.
   */
  public String hashLightly(Password password) {
    return hash(password, LEAST_ITERATIONS, LEAST_MEMORY_BYTES);
  }

  private String hash(Password password, long iterations, NativeLong memoryBytes) {
    byte[] phc = new byte[PHC_BYTES];
    byte[] secret = password.utf8();
    int failed = sodium().crypto_pwhash_str(phc, secret, secret.length, iterations, memoryBytes);
    if (failed != 0) {
      throw new IllegalStateException("libsodium could not get memory for a hash");
    }
    int end = 0;
    while (end < phc.length && phc[end] != 0) {
      end++;
    }
    return new String(phc, 0, end, StandardCharsets.US_ASCII);
  }

  public boolean matches(String hash, Password password) {
    byte[] secret = password.utf8();
    return sodium().crypto_pwhash_str_verify(terminated(hash), secret, secret.length) == 0;
  }

  /** Returns whether the hash was made with other parameters than the configured ones. */
  public boolean isOutdated(String hash) {
    return sodium().crypto_pwhash_str_needs_rehash(terminated(hash), iterations, memoryBytes) != 0;
  }

  /**
   * Returns the hash to check a password against if there is no account, so that both cases take
   * the same time.
   */
  public String decoy() {
    String known = decoy;
    return known == null ? makeDecoy() : known;
  }

  private synchronized String makeDecoy() {
    String known = decoy;
    if (known == null) {
      known = hash(new Password("no account has this password"));
      decoy = known;
    }
    return known;
  }

  private static byte[] terminated(String hash) {
    return Arrays.copyOf(hash.getBytes(StandardCharsets.US_ASCII), PHC_BYTES);
  }
}
