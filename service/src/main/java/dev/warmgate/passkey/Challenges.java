package dev.warmgate.passkey;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warmgate.secret.Crypto;
import dev.warmgate.secret.SecretKeys;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes challenges and recognizes them on any replica. Nothing is stored when one is made, so that
 * strangers who ask for many cost nothing; the database remembers those that were used, see {@link
 * PasskeyDao#use}.
 */
final class Challenges {
  /** What a challenge is good for; none is good for anything else. */
  enum Purpose {
    REGISTRATION,
    SIGN_IN,
    /** The second factor of a sign-in, and the renewed proof within a session. */
    VERIFICATION
  }

  static final Duration LIFETIME = Duration.ofMinutes(5);

  /** The clocks of replicas differ. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private static final byte[] PURPOSE = "challenge of a passkey\0".getBytes(US_ASCII);
  private static final int RANDOM_BYTES = 16;
  private static final int MAC_BYTES = 16;
  private static final int SIGNED_BYTES = Long.BYTES + RANDOM_BYTES;

  /** The first one makes challenges, all check them. */
  private final List<byte[]> keys;

  private final Clock clock;

  /**
   * @param secrets keys that sign other things too; challenges use keys derived from them
   */
  Challenges(SecretKeys secrets, Clock clock) {
    this.keys =
        Stream.concat(
                Stream.of(secrets.newestId()),
                secrets.ids().stream().filter(id -> !id.equals(secrets.newestId())))
            .map(id -> Crypto.hmac(secrets.find(id).orElseThrow(), PURPOSE))
            .toList();
    this.clock = clock;
  }

  /**
   * @param asker the login or the session for which alone it is good, so that nobody uses it in
   *     theirs; {@code null} if there is none yet
   */
  byte[] create(Purpose purpose, @Nullable UUID asker) {
    byte[] signed =
        ByteBuffer.allocate(SIGNED_BYTES)
            .putLong(clock.instant().getEpochSecond())
            .put(Crypto.random(RANDOM_BYTES))
            .array();
    return ByteBuffer.allocate(SIGNED_BYTES + MAC_BYTES)
        .put(signed)
        .put(mac(keys.getFirst(), signed, purpose, asker))
        .array();
  }

  /** Whether it was made for this purpose and this asker, and has not run out. */
  boolean isValid(byte[] challenge, Purpose purpose, @Nullable UUID asker) {
    if (challenge.length != SIGNED_BYTES + MAC_BYTES) {
      return false;
    }
    byte[] signed = Arrays.copyOf(challenge, SIGNED_BYTES);
    byte[] given = Arrays.copyOfRange(challenge, SIGNED_BYTES, challenge.length);
    return keys.stream()
            .anyMatch(key -> MessageDigest.isEqual(given, mac(key, signed, purpose, asker)))
        && isCurrent(Instant.ofEpochSecond(ByteBuffer.wrap(signed).getLong()));
  }

  private boolean isCurrent(Instant made) {
    Instant now = clock.instant();
    return made.isAfter(now.minus(LIFETIME)) && made.isBefore(now.plus(SKEW));
  }

  private static byte[] mac(byte[] key, byte[] signed, Purpose purpose, @Nullable UUID asker) {
    byte[] use = (purpose + "\0" + (asker == null ? "" : asker)).getBytes(US_ASCII);
    return Arrays.copyOf(Crypto.hmac(key, signed, use), MAC_BYTES);
  }
}
