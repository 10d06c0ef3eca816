package dev.warmgate.password.foreign;

import dev.warmgate.password.HashCost;
import java.util.Optional;

/**
 * A hash that another service made of a password. Its text, which {@code toString} returns and
 * {@link #parse} reads, names the scheme after the first dollar sign, and its parameters.
 */
public sealed interface ForeignHash
    permits Argon2Hash, BcryptHash, FirebaseHash, Pbkdf2Hash, ScryptHash {

  /** The beginning of the hashes that this service makes. */
  String OWN = "$argon2id$";

  /** Returns the hash; nothing for this service's own ones and for what cannot be read. */
  static Optional<ForeignHash> parse(String text) {
    if (text.startsWith(OWN)) {
      return Optional.empty();
    }
    return Argon2Hash.parse(text)
        .or(() -> BcryptHash.parse(text))
        .or(() -> Pbkdf2Hash.parse(text))
        .or(() -> ScryptHash.parse(text))
        .or(() -> FirebaseHash.parse(text));
  }

  /** Whether the hash is of this secret. */
  boolean matches(byte[] secret);

  HashCost cost();

  /** Whether guessing the password costs too little for the hash to be kept, even for a while. */
  boolean isTooWeak();
}
