package dev.warmgate.password;

import dev.warmgate.password.foreign.ForeignHash;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes passwords with Argon2id, and checks them against its own hashes and those of other
 * services. Hashes are PHC strings, which include their parameters; a hash that cannot be parsed
 * matches no password.
 */
public final class PasswordHasher {
  private static final Logger log = LoggerFactory.getLogger(PasswordHasher.class);
  private static final int LEAST_ITERATIONS = 1;

  private final int iterations;
  private final int memoryKib;
  private final Supplier<HashingLibrary> libraries;
  private volatile @Nullable Argon2id loaded;
  private volatile @Nullable String decoy;

  public PasswordHasher(HashingConfiguration configuration) {
    iterations = configuration.iterations();
    memoryKib = configuration.memoryKib();
    libraries = () -> HashingLibrary.choose(configuration.library(), configuration);
  }

  /** Loads the library at its first use, which the warm-up triggers, because loading takes time. */
  private Argon2id argon2() {
    Argon2id known = loaded;
    return known == null ? load() : known;
  }

  private synchronized Argon2id load() {
    Argon2id known = loaded;
    if (known == null) {
      HashingLibrary library = libraries.get();
      if (library.isWanted()) {
        log.info("passwords are hashed by {}", library.detail());
      } else {
        log.warn("passwords are hashed by {}", library.detail());
      }
      known = library.argon2();
      loaded = known;
    }
    return known;
  }

  /** Returns a new hash with a random salt and the configured parameters. */
  public String hash(Password password) {
    return argon2().hash(password.utf8(), iterations, memoryKib);
  }

  /**
   * Returns a hash that costs almost nothing, for the account of the warm-up: its logins warm
   * everything but hashing, which is already warm.
   */
  public String hashLightly(Password password) {
    return argon2().hash(password.utf8(), LEAST_ITERATIONS, HashingConfiguration.LEAST_MEMORY_KIB);
  }

  /**
   * Returns whether the hash is of this password. A hash that another service made may also be of
   * the password as it was typed, since few others normalise it.
   */
  public boolean matches(String hash, Password password) {
    return ForeignHash.parse(hash)
        .map(foreign ->
            foreign.matches(password.utf8())
                || password.typedUtf8().filter(foreign::matches).isPresent())
        .orElseGet(() -> argon2().matches(hash, password.utf8()));
  }

  /** Returns what it costs to check that password against that hash. */
  public HashCost cost(String hash, Password password) {
    return ForeignHash.parse(hash)
        .map(foreign -> password.typedUtf8().isEmpty() ? foreign.cost() : foreign.cost().twice())
        .or(() ->
            PhcString.parse(hash).map(own -> HashCost.argon2(own.memoryKib(), own.iterations())))
        .orElseGet(this::usualCost);
  }

  /** Returns what it costs to make a hash, or to check one that was made with these parameters. */
  public HashCost usualCost() {
    return HashCost.argon2(memoryKib, iterations);
  }

  /** Returns whether the hash was made with other parameters, or by another service. */
  public boolean isOutdated(String hash) {
    return PhcString.parse(hash)
        .filter(phc ->
            phc.iterations() == iterations && phc.memoryKib() == memoryKib && phc.lanes() == 1)
        .isEmpty();
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
}
