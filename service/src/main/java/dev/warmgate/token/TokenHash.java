package dev.warmgate.token;

import dev.warmgate.secret.Crypto;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The SHA-256 of an access token: what caches know of it. */
record TokenHash(long first, long second, long third, long fourth) {
  static TokenHash of(String token) {
    ByteBuffer hash = ByteBuffer.wrap(Crypto.sha256(token.getBytes(StandardCharsets.UTF_8)));
    return new TokenHash(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  /** The hash's bytes behind a prefix. */
  byte[] behind(byte[] prefix) {
    return ByteBuffer.allocate(prefix.length + 4 * Long.BYTES)
        .put(prefix)
        .putLong(first)
        .putLong(second)
        .putLong(third)
        .putLong(fourth)
        .array();
  }
}
