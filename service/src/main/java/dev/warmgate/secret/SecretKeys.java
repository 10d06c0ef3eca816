package dev.warmgate.secret;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A list of 256-bit keys, written {@code id:base64,id:base64}: the first one signs or encrypts and
 * all verify or decrypt, so a key can be replaced without downtime. Weak or malformed keys are
 * refused, and {@link #toString} prints ids only.
 */
public final class SecretKeys {
  /**
   * A key with fewer distinct bytes is a password or a pattern, not random. The same is true of a
   * key with only printable bytes, or with a constant difference between its bytes.
   */
  private static final int MIN_DISTINCT_BYTES = 16;

  private static final int BYTES = 32;

  private final Map<String, byte[]> keys = new LinkedHashMap<>();
  private final String newestId;

  /**
   * @throws IllegalArgumentException with a message that says what is wrong, without the key
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SecretKeys(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "is missing; generate a key with: echo k1:$(openssl rand -base64 32)");
    }
    for (String entry : text.split(",", -1)) {
      String[] parts = entry.strip().split(":", 2);
      if (parts.length != 2 || !parts[0].matches("[A-Za-z0-9_-]{1,16}")) {
        throw new IllegalArgumentException(
            "must be a list of id:base64 with ids of 1-16 letters, digits, - or _");
      }
      byte[] key = decode(parts[1]);
      if (contains(key)) {
        throw new IllegalArgumentException("contains the key " + parts[0] + " under two ids");
      }
      if (keys.put(parts[0], key) != null) {
        throw new IllegalArgumentException("contains the id " + parts[0] + " twice");
      }
    }
    newestId = keys.keySet().iterator().next();
  }

  private static byte[] decode(String base64) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      throw new IllegalArgumentException("contains a key that is not base64", notBase64);
    }
    if (key.length != BYTES) {
      throw new IllegalArgumentException(
          "contains a key of " + key.length + " bytes; 32 are required");
    }
    if (IntStream.range(0, key.length).map(i -> key[i]).distinct().count() < MIN_DISTINCT_BYTES
        || IntStream.range(0, key.length).allMatch(i -> key[i] >= ' ' && key[i] <= '~')
        || IntStream.range(1, key.length).map(i -> (byte) (key[i] - key[i - 1])).distinct().count()
            == 1) {
      throw new IllegalArgumentException("contains a key that is not random");
    }
    return key;
  }

  /**
   * Returns whether both lists have a key in common: a leak for one purpose would then affect the
   * other.
   */
  public boolean sharesAKeyWith(SecretKeys other) {
    return keys.values().stream().anyMatch(other::contains);
  }

  private boolean contains(byte[] key) {
    return keys.values().stream().anyMatch(ours -> MessageDigest.isEqual(ours, key));
  }

  /** Returns the id of the key that signs or encrypts. */
  public String newestId() {
    return newestId;
  }

  public Set<String> ids() {
    return Set.copyOf(keys.keySet());
  }

  /** Returns a copy of the key with this id, if the list contains it. */
  public Optional<byte[]> find(String id) {
    return Optional.ofNullable(keys.get(id)).map(key -> Arrays.copyOf(key, key.length));
  }

  /** Returns a copy of the key that signs or encrypts. */
  public byte[] newest() {
    return find(newestId).orElseThrow();
  }

  @Override
  public String toString() {
    return "SecretKeys" + keys.keySet();
  }
}
