package dev.warmgate.token;

import dev.warmgate.secret.Crypto;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The SHA-256 of an access token; caches store this instead of the token. */
record TokenHash(long first, long second, long third, long fourth) {
  static TokenHash of(String token) {
    ByteBuffer hash = ByteBuffer.wrap(Crypto.sha256(token.getBytes(StandardCharsets.UTF_8)));
    return new TokenHash(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  /** Returns the prefix followed by the hash. */
  byte[] prefixedBy(byte[] prefix) {
    return ByteBuffer.allocate(prefix.length + 4 * Long.BYTES)
        .put(prefix)
        .putLong(first)
        .putLong(second)
        .putLong(third)
        .putLong(fourth)
        .array();
  }
}
