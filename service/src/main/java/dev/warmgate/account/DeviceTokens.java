package dev.warmgate.account;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.secret.Crypto;
import dev.warmgate.secret.SecretKeys;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Issues and reads device tokens: {@code 1.keyId.device.mac}, or {@code 2.…} if a second factor was
 * used. A client gets one with every login and sends it with the next, to be recognised as a device
 * that has logged in to this account before. A token grants no access; it only keeps its owner's
 * login attempts apart from everybody else's.
 */
public final class DeviceTokens {
  private static final String BY_PASSWORD = "1";
  private static final String BY_FACTOR = "2";
  private static final Set<String> VERSIONS = Set.of(BY_PASSWORD, BY_FACTOR);
  private static final byte[] PURPOSE = "device token\0".getBytes(US_ASCII);
  private static final int DEVICE_BYTES = 16 + 16 + Integer.BYTES + Long.BYTES;
  private static final int MAX_LENGTH = 200;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  /** Derived from the secrets once, so that a token costs one HMAC. */
  private final Map<String, byte[]> keys = new HashMap<>();

  private final String newestKey;
  private final Duration lifetime;
  private final Clock clock;

  /**
   * @param secrets keys that sign other things too; device tokens use keys derived from them
   */
  public DeviceTokens(SecretKeys secrets, Duration lifetime, Clock clock) {
    for (String id : secrets.ids()) {
      keys.put(id, Crypto.hmac(secrets.find(id).orElseThrow(), PURPOSE));
    }
    this.newestKey = secrets.newestId();
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /**
   * Issues the token for a successful login.
   *
   * @param factor whether a second factor was used
   * @param known the id of the device that the client has proven to be, if any; it is kept
   */
  public String issue(
      String emailKey, UUID accountId, int passwordVersion, boolean factor, @Nullable UUID known) {
    UUID id = known == null ? UUID.randomUUID() : known;
    Instant expiresAt = clock.instant().plus(lifetime);
    return write(
        newestKey, emailKey, new Device(id, accountId, passwordVersion, expiresAt, factor));
  }

  /**
   * Returns the device of a token that was issued for that address and has not expired. Any other
   * token is ignored without an error: the client then logs in like an unknown device.
   */
  public Optional<Device> read(@Nullable String text, String emailKey) {
    if (text == null || text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4 || !VERSIONS.contains(parts[0]) || !keys.containsKey(parts[1])) {
      return Optional.empty();
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(DECODER.decode(parts[2]));
      Device device =
          new Device(
              new UUID(in.getLong(), in.getLong()),
              new UUID(in.getLong(), in.getLong()),
              in.getInt(),
              Instant.ofEpochSecond(in.getLong()),
              parts[0].equals(BY_FACTOR));
      // Encoded again and compared as a whole, so that each token has one valid spelling.
      byte[] expected = write(parts[1], emailKey, device).getBytes(US_ASCII);
      return MessageDigest.isEqual(expected, text.getBytes(UTF_8))
              && clock.instant().isBefore(device.expiresAt())
          ? Optional.of(device)
          : Optional.empty();
    } catch (IllegalArgumentException
        | BufferUnderflowException
        | java.time.DateTimeException garbage) {
      return Optional.empty();
    }
  }

  /**
   * The MAC covers the address, but the token does not contain it, since clients may keep tokens
   * for long.
   */
  private String write(String keyId, String emailKey, Device device) {
    ByteBuffer out = ByteBuffer.allocate(DEVICE_BYTES);
    out.putLong(device.id().getMostSignificantBits());
    out.putLong(device.id().getLeastSignificantBits());
    out.putLong(device.accountId().getMostSignificantBits());
    out.putLong(device.accountId().getLeastSignificantBits());
    out.putInt(device.passwordVersion());
    out.putLong(device.expiresAt().getEpochSecond());
    String version = device.factor() ? BY_FACTOR : BY_PASSWORD;
    String text = version + "." + keyId + "." + ENCODER.encodeToString(out.array());
    byte[] mac = Crypto.hmac(keys.get(keyId), (text + "\0" + emailKey).getBytes(UTF_8));
    return text + "." + ENCODER.encodeToString(mac);
  }
}
