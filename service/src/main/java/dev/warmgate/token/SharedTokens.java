package dev.warmgate.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.redis.Redis;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The verdicts all replicas share in Redis, under the tokens' hashes. Each is sealed with a key
 * made of our own secret and the token itself: who reads Redis learns nothing without the token,
 * and who writes to it makes nothing that we believe. What is damaged, foreign or away counts as
 * not there.
 */
final class SharedTokens {
  private static final byte[] PREFIX = "vt:".getBytes(US_ASCII);
  private static final byte[] PURPOSE = "verified token\0".getBytes(US_ASCII);
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final Redis redis;
  private final SecretKeySpec secret;

  SharedTokens(Redis redis, byte[] secret) {
    this.redis = redis;
    this.secret = new SecretKeySpec(secret, "HmacSHA256");
  }

  Optional<CachedToken> find(String token, TokenHash hash) {
    byte[] key = hash.behind(PREFIX);
    long asked = System.nanoTime();
    Optional<byte[]> sealed = redis.get(key);
    RequestContext.record(Timeline.Kind.REDIS, "verified token", asked, System.nanoTime());
    return sealed.flatMap(value -> open(token, key, value));
  }

  void put(String token, TokenHash hash, CachedToken verdict, Duration timeToLive) {
    byte[] key = hash.behind(PREFIX);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = crypt(Cipher.ENCRYPT_MODE, token, nonce, key, verdict.write());
      byte[] value =
          ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
      redis.setEx(key, value, timeToLive);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Optional<CachedToken> open(String token, byte[] key, byte[] value) {
    if (value.length <= NONCE_BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    byte[] nonce = new byte[NONCE_BYTES];
    byte[] sealed = new byte[value.length - NONCE_BYTES];
    in.get(nonce).get(sealed);
    try {
      return Optional.of(CachedToken.read(crypt(Cipher.DECRYPT_MODE, token, nonce, key, sealed)));
    } catch (GeneralSecurityException | IOException notOurs) {
      return Optional.empty();
    }
  }

  private byte[] crypt(int mode, String token, byte[] nonce, byte[] boundTo, byte[] input)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(secret);
    mac.update(PURPOSE);
    SecretKeySpec key = new SecretKeySpec(mac.doFinal(token.getBytes(UTF_8)), "AES");
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(boundTo);
    return cipher.doFinal(input);
  }
}
