package dev.warmgate.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.redis.Redis;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import dev.warmgate.secret.Crypto;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;

/**
 * The verified tokens that all replicas share in Redis, under the hashes of the tokens. Each entry
 * is encrypted with a key derived from Warmgate's secret and the token itself, so reading Redis
 * reveals nothing without the token, and entries cannot be forged. Damaged or foreign entries, and
 * all while Redis is unavailable, count as missing.
 */
final class SharedTokens {
  private static final byte[] PREFIX = "vt:".getBytes(US_ASCII);
  private static final byte[] PURPOSE = "verified token\0".getBytes(US_ASCII);

  private final Redis redis;
  private final byte[] secret;

  SharedTokens(Redis redis, byte[] secret) {
    this.redis = redis;
    this.secret = secret;
  }

  Optional<CachedToken> find(String token, TokenHash hash) {
    byte[] key = hash.prefixedBy(PREFIX);
    long asked = System.nanoTime();
    Optional<byte[]> sealed = redis.get(key);
    RequestContext.record(Timeline.Kind.REDIS, "verified token", asked, System.nanoTime());
    return sealed.flatMap(value -> open(token, key, value));
  }

  void put(String token, TokenHash hash, CachedToken cached, Duration timeToLive) {
    byte[] key = hash.prefixedBy(PREFIX);
    redis.setEx(key, Crypto.seal(keyOf(token), key, cached.write()), timeToLive);
  }

  private Optional<CachedToken> open(String token, byte[] key, byte[] value) {
    try {
      return Optional.of(CachedToken.read(Crypto.open(keyOf(token), key, value)));
    } catch (GeneralSecurityException | IOException notOurs) {
      return Optional.empty();
    }
  }

  private byte[] keyOf(String token) {
    return Crypto.hmac(secret, PURPOSE, token.getBytes(UTF_8));
  }
}
