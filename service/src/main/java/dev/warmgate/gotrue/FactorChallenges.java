package dev.warmgate.gotrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warmgate.secret.Crypto;
import dev.warmgate.secret.SecretKeys;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Challenges of factors, which clients ask for before they send a code. A code is checked, counted
 * and used up without them, so nothing is stored: the id of one says until when it is good, and its
 * MAC for which session and factor.
 */
final class FactorChallenges {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final String PURPOSE = "factor challenge";

  /** A UUID of version 8 (RFC 9562): what is in the other bits is up to its maker. */
  private static final long VERSION = 0x8000L;

  private static final long VARIANT = 0x8000000000000000L;
  private static final long VARIANT_MASK = 0x3fffffffffffffffL;

  private final SecretKeys keys;
  private final Clock clock;

  /**
   * @param keys sign other things, too
   */
  FactorChallenges(SecretKeys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** A challenge and its end. */
  record Challenge(UUID id, Instant expiresAt) {}

  Challenge begin(UUID sessionId, UUID factorId) {
    Instant end = clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(LIFETIME);
    return new Challenge(id(keys.newestId(), sessionId, factorId, end.getEpochSecond()), end);
  }

  /**
   * @throws GoTrueException 422 if the challenge is over or was made for something else
   */
  void require(UUID challenge, UUID sessionId, UUID factorId) {
    long end = challenge.getMostSignificantBits() >>> 16;
    boolean known =
        keys.ids().stream()
            .anyMatch(key ->
                MessageDigest.isEqual(bytes(challenge), bytes(id(key, sessionId, factorId, end))));
    if (!known || end < clock.instant().getEpochSecond()) {
      throw new GoTrueException(
          422,
          "mfa_challenge_expired",
          "MFA challenge has expired, verify against another challenge or create a new challenge.");
    }
  }

  private UUID id(String keyId, UUID sessionId, UUID factorId, long end) {
    byte[] text =
        String.join(" ", PURPOSE, sessionId + "", factorId + "", end + "").getBytes(US_ASCII);
    long mac = ByteBuffer.wrap(Crypto.hmac(keys.find(keyId).orElseThrow(), text)).getLong();
    return new UUID((end << 16) | VERSION, (mac & VARIANT_MASK) | VARIANT);
  }

  private static byte[] bytes(UUID id) {
    return id.toString().getBytes(US_ASCII);
  }
}
