package dev.warmgate.password;

/**
 * A library that computes Argon2id, as PHC strings, which name their parameters.
 *
 * <p>Throws an {@link IllegalStateException} where there is no memory for a hash.
 */
interface Argon2id {
  /** Returns a hash with a random salt of 16 bytes, a result of 32 bytes and one lane. */
  String hash(byte[] secret, int iterations, int memoryKib);

  /** Whether the hash is of this secret; false for one that cannot be parsed. */
  boolean matches(String hash, byte[] secret);

  /** Frees the memory that is kept between hashes; a later hash takes new memory. */
  default void freeMemory() {}
}
