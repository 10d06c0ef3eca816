package dev.warmgate.passkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.passkey.Challenges.Purpose;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that a challenge is good for one purpose, one asker and five minutes. */
final class ChallengesTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final String OLD = Secrets.of("old");
  private static final String NEW = Secrets.of("new");
  private static final UUID ASKER = UUID.randomUUID();

  private final Challenges challenges = at(NOW, OLD);

  private static Challenges at(Instant time, String keys) {
    return new Challenges(new SecretKeys(keys), Clock.fixed(time, ZoneOffset.UTC));
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void areGoodForOnePurposeAndOneAsker(Purpose purpose) {
    byte[] challenge = challenges.create(purpose, ASKER);

    for (Purpose other : Purpose.values()) {
      assertThat(challenges.isValid(challenge, other, ASKER)).isEqualTo(other == purpose);
      assertThat(challenges.isValid(challenge, other, UUID.randomUUID())).isFalse();
      assertThat(challenges.isValid(challenge, other, null)).isFalse();
    }
    assertThat(challenges.create(purpose, ASKER)).isNotEqualTo(challenge);
  }

  @Test
  void runOut() {
    byte[] challenge = challenges.create(Purpose.SIGN_IN, null);

    assertThat(isValidAfter(Duration.ofMinutes(4), challenge)).isTrue();
    assertThat(isValidAfter(Duration.ofMinutes(5), challenge)).isFalse();
    assertThat(isValidAfter(Duration.ofSeconds(-30), challenge)).as("a clock behind").isTrue();
    assertThat(isValidAfter(Duration.ofMinutes(-2), challenge)).as("from the future").isFalse();
  }

  private static boolean isValidAfter(Duration time, byte[] challenge) {
    return at(NOW.plus(time), OLD).isValid(challenge, Purpose.SIGN_IN, null);
  }

  @Test
  void outliveARotationOfTheKeysAndNotTheirEnd() {
    byte[] challenge = challenges.create(Purpose.SIGN_IN, null);

    assertThat(at(NOW, NEW + "," + OLD).isValid(challenge, Purpose.SIGN_IN, null)).isTrue();
    assertThat(at(NOW, NEW).isValid(challenge, Purpose.SIGN_IN, null)).isFalse();
  }

  @Test
  void cannotBeChanged() {
    byte[] challenge = challenges.create(Purpose.SIGN_IN, null);
    for (int at = 0; at < challenge.length; at++) {
      byte[] changed = challenge.clone();
      changed[at] ^= 1;
      assertThat(challenges.isValid(changed, Purpose.SIGN_IN, null)).as("byte " + at).isFalse();
    }
    assertThat(challenges.isValid(new byte[0], Purpose.SIGN_IN, null)).isFalse();
    assertThat(challenges.isValid(new byte[1000], Purpose.SIGN_IN, null)).isFalse();
  }
}
