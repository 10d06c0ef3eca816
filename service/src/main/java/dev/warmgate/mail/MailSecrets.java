package dev.warmgate.mail;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.secret.Crypto;
import dev.warmgate.secret.SecretKeys;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Computes the secret of a mail's link (256 bits) and its code (6 digits) from the id of what was
 * asked for, and what the database may keep of them. Neither can be computed from the other, nor
 * from anything that is in the database.
 */
public final class MailSecrets {
  private static final byte[] PURPOSE = "mail\0".getBytes(US_ASCII);
  private static final byte[] LINK = "link\0".getBytes(US_ASCII);
  private static final byte[] CODE = "code\0".getBytes(US_ASCII);
  private static final byte[] AUTH_CODE = "auth code\0".getBytes(US_ASCII);
  private static final byte[] STORED_CODE = "stored code\0".getBytes(US_ASCII);
  private static final long CODES = 1_000_000;

  private final Map<String, byte[]> keys = new HashMap<>();
  private final String newestKey;

  /**
   * @param secrets keys that sign other things too; these secrets use keys derived from them
   */
  public MailSecrets(SecretKeys secrets) {
    for (String id : secrets.ids()) {
      keys.put(id, Crypto.hmac(secrets.find(id).orElseThrow(), PURPOSE));
    }
    this.newestKey = secrets.newestId();
  }

  /** Returns the id of the key for new requests; it is stored with the request. */
  public String newestKeyId() {
    return newestKey;
  }

  /** Whether the key is still configured. */
  public boolean has(String keyId) {
    return keys.containsKey(keyId);
  }

  /**
   * @throws IllegalStateException if the key is not configured any more
   */
  public String link(String keyId, UUID request) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(keyId, LINK, bytes(request)));
  }

  /**
   * @throws IllegalStateException if the key is not configured any more
   */
  public String code(String keyId, UUID request) {
    // Of 64 bits, no code is more likely than another by more than one part in 10^13.
    long random = ByteBuffer.wrap(mac(keyId, CODE, bytes(request))).getLong();
    return "%06d".formatted(Long.remainderUnsigned(random, CODES));
  }

  /** Returns what is stored of a link: with 256 random bits it needs no key. */
  public byte[] storedLink(String link) {
    return Crypto.sha256(link.getBytes(UTF_8));
  }

  /**
   * Returns what is stored of a code: without the key nobody can try all codes.
   *
   * @throws IllegalStateException if the key is not configured any more
   */
  public byte[] storedCode(String keyId, UUID request, String code) {
    return mac(keyId, STORED_CODE, bytes(request), code.getBytes(UTF_8));
  }

  /**
   * Returns what a client that has asked for a mail gets once its link was opened (RFC 6749 section
   * 4.1.2). It names the request, and nobody can make it without the key.
   */
  public String authCode(UUID request) {
    return authCode(newestKey, request);
  }

  private String authCode(String keyId, UUID request) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return String.join(
        ".",
        keyId,
        encoder.encodeToString(bytes(request)),
        encoder.encodeToString(mac(keyId, AUTH_CODE, bytes(request))));
  }

  /** Returns the request of such a code; nothing if it was not made here. */
  public Optional<UUID> requestOf(String authCode) {
    String[] parts = authCode.split("\\.", -1);
    if (parts.length != 3 || !has(parts[0])) {
      return Optional.empty();
    }
    try {
      ByteBuffer id = ByteBuffer.wrap(Base64.getUrlDecoder().decode(parts[1]));
      UUID request = new UUID(id.getLong(), id.getLong());
      byte[] expected = authCode(parts[0], request).getBytes(US_ASCII);
      return MessageDigest.isEqual(expected, authCode.getBytes(UTF_8))
          ? Optional.of(request)
          : Optional.empty();
    } catch (IllegalArgumentException | BufferUnderflowException malformed) {
      return Optional.empty();
    }
  }

  private byte[] mac(String keyId, byte[]... parts) {
    byte[] key = keys.get(keyId);
    if (key == null) {
      throw new IllegalStateException("secrets.refresh_keys lacks the key " + keyId);
    }
    return Crypto.hmac(key, parts);
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }
}
