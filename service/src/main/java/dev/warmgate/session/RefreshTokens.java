package dev.warmgate.session;

import dev.warmgate.secret.Crypto;
import dev.warmgate.secret.SecretKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Creates, parses and derives refresh tokens: {@code 1.keyId.session.counter.secret.mac}. The MAC
 * detects malformed and forged tokens without a query.
 */
final class RefreshTokens {
  private static final String VERSION = "1";
  private static final int SECRET_BYTES = 16;
  private static final int MAC_BYTES = 16;
  private static final int PLACE_BYTES = 8;
  private static final int MAX_LENGTH = 200;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final SecretKeys keys;

  RefreshTokens(SecretKeys keys) {
    this.keys = keys;
  }

  /** Returns the first token of a new session. */
  RefreshToken first(UUID sessionId) {
    return new RefreshToken(keys.newestId(), sessionId, 0, Crypto.random(SECRET_BYTES));
  }

  /**
   * Returns the token that follows; always the same one while the key of the given token is
   * configured.
   */
  RefreshToken successor(RefreshToken token) {
    byte[] derived =
        mac(token.keyId(), "successor", text(token).getBytes(StandardCharsets.US_ASCII));
    byte[] secret = Arrays.copyOf(derived, SECRET_BYTES);
    return new RefreshToken(keys.newestId(), token.sessionId(), token.counter() + 1, secret);
  }

  /**
   * Returns the token of a session that has rotated this often, the last time without its client
   * sending a token; always the same one while that key is the newest.
   */
  RefreshToken unchained(UUID sessionId, long counter) {
    return unchained(keys.newestId(), sessionId, counter);
  }

  private RefreshToken unchained(String keyId, UUID sessionId, long counter) {
    byte[] name = (sessionId + "." + counter).getBytes(StandardCharsets.US_ASCII);
    byte[] secret = Arrays.copyOf(mac(keyId, "unchained", name), SECRET_BYTES);
    return new RefreshToken(keyId, sessionId, counter, secret);
  }

  /** As {@link #unchained(UUID, long)}, of whichever key, if its hash is stored. */
  Optional<RefreshToken> unchained(UUID sessionId, long counter, byte[] stored) {
    return keys.ids().stream()
        .map(key -> unchained(key, sessionId, counter))
        .filter(token -> isHash(stored, token))
        .findFirst();
  }

  /** Returns the token once it was exchanged this often. */
  RefreshToken successor(RefreshToken token, long times) {
    RefreshToken last = token;
    for (long i = 0; i < times; i++) {
      last = successor(last);
    }
    return last;
  }

  static boolean isHash(byte[] stored, RefreshToken token) {
    return MessageDigest.isEqual(stored, hash(token));
  }

  /** Returns the hash that is stored: it recognises the token, but cannot recreate it. */
  static byte[] hash(RefreshToken token) {
    return Crypto.sha256(token.secret());
  }

  /**
   * Returns MACs of the network and the user agent that use a token, keyed for this token only: a
   * reader of the row learns neither of them, nor whether two sessions share them.
   */
  RotationDao.Place place(RefreshToken token, String network, String userAgent) {
    return new RotationDao.Place(
        placeMac(token, "network", network), placeMac(token, "agent", userAgent));
  }

  private byte[] placeMac(RefreshToken token, String purpose, String value) {
    byte[] data = (text(token) + " " + value).getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(mac(token.keyId(), purpose, data), PLACE_BYTES);
  }

  String write(RefreshToken token) {
    String text = text(token);
    byte[] mac = mac(token.keyId(), "token", text.getBytes(StandardCharsets.US_ASCII));
    return text + "." + ENCODER.encodeToString(Arrays.copyOf(mac, MAC_BYTES));
  }

  /**
   * Parses a token; empty unless the text is exactly what {@link #write} returns for a valid token.
   */
  Optional<RefreshToken> read(String text) {
    String[] parts = text.length() > MAX_LENGTH ? new String[0] : text.split("\\.", -1);
    if (parts.length != 6 || !parts[0].equals(VERSION) || keys.find(parts[1]).isEmpty()) {
      return Optional.empty();
    }
    try {
      ByteBuffer session = ByteBuffer.wrap(DECODER.decode(parts[2]));
      RefreshToken token =
          new RefreshToken(
              parts[1],
              new UUID(session.getLong(), session.getLong()),
              Long.parseLong(parts[3]),
              DECODER.decode(parts[4]));
      byte[] expected = write(token).getBytes(StandardCharsets.US_ASCII);
      byte[] given = text.getBytes(StandardCharsets.UTF_8);
      return MessageDigest.isEqual(expected, given) ? Optional.of(token) : Optional.empty();
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException malformed) {
      return Optional.empty();
    }
  }

  private static String text(RefreshToken token) {
    ByteBuffer session = ByteBuffer.allocate(16);
    session.putLong(token.sessionId().getMostSignificantBits());
    session.putLong(token.sessionId().getLeastSignificantBits());
    return String.join(
        ".",
        VERSION,
        token.keyId(),
        ENCODER.encodeToString(session.array()),
        Long.toString(token.counter()),
        ENCODER.encodeToString(token.secret()));
  }

  private byte[] mac(String keyId, String purpose, byte[] data) {
    byte[] prefix = (purpose + "\0").getBytes(StandardCharsets.US_ASCII);
    return Crypto.hmac(keys.find(keyId).orElseThrow(), prefix, data);
  }
}
