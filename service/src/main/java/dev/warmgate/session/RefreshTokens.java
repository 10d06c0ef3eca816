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
 * Makes, reads and succeeds refresh tokens: {@code 1.keyId.session.counter.secret.mac}. Garbage and
 * forgeries are told apart by the MAC, without a query.
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

  /** The first token of a new session. */
  RefreshToken first(UUID sessionId) {
    return new RefreshToken(keys.newestId(), sessionId, 0, Crypto.random(SECRET_BYTES));
  }

  /**
   * The token that follows; always the same one, as long as the key of the given one is configured.
   */
  RefreshToken successor(RefreshToken token) {
    byte[] derived =
        mac(token.keyId(), "successor", text(token).getBytes(StandardCharsets.US_ASCII));
    byte[] secret = Arrays.copyOf(derived, SECRET_BYTES);
    return new RefreshToken(keys.newestId(), token.sessionId(), token.counter() + 1, secret);
  }

  /** What is stored of a token: enough to know it again, not enough to make it. */
  static byte[] hash(RefreshToken token) {
    return Crypto.sha256(token.secret());
  }

  /**
   * From where a token is used, sealed with its key and for this token only: whoever reads the row
   * learns neither address nor client, not even whether two sessions share them.
   */
  RotationDao.Place place(RefreshToken token, String network, String userAgent) {
    return new RotationDao.Place(
        sealed(token, "network", network), sealed(token, "agent", userAgent));
  }

  private byte[] sealed(RefreshToken token, String purpose, String value) {
    byte[] data = (text(token) + " " + value).getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(mac(token.keyId(), purpose, data), PLACE_BYTES);
  }

  String write(RefreshToken token) {
    String text = text(token);
    byte[] mac = mac(token.keyId(), "token", text.getBytes(StandardCharsets.US_ASCII));
    return text + "." + ENCODER.encodeToString(Arrays.copyOf(mac, MAC_BYTES));
  }

  /** The token in the text, if it is one of ours, written exactly as we write it. */
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
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException garbage) {
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
