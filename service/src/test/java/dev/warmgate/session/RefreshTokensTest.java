package dev.warmgate.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.secret.SecretKeys;
import java.util.Base64;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RefreshTokensTest {
  private static final String OLD_KEY = "old:" + key(1);
  private static final String NEW_KEY = "new:" + key(2);
  private static final UUID SESSION = UUID.fromString("0197c3b2-1111-7222-8333-444455556666");

  private final RefreshTokens tokens = tokens(OLD_KEY);
  private final RefreshToken first = tokens.first(SESSION);

  @Test
  void readsWhatItWrote() {
    RefreshToken read = tokens.read(tokens.write(first)).orElseThrow();

    assertThat(read.sessionId()).isEqualTo(SESSION);
    assertThat(read.counter()).isZero();
    assertThat(read.secret()).isEqualTo(first.secret()).hasSize(16);
  }

  @Test
  void startsEverySessionWithANewSecret() {
    assertThat(tokens.first(SESSION).secret()).isNotEqualTo(first.secret());
  }

  @Test
  void alwaysDerivesTheSameSuccessorButNeverTheSameSecret() {
    RefreshToken next = tokens.successor(first);
    RefreshToken afterNext = tokens.successor(next);

    assertThat(tokens.write(tokens.successor(first))).isEqualTo(tokens.write(next));
    assertThat(next.counter()).isEqualTo(1);
    assertThat(next.secret()).isNotEqualTo(first.secret());
    assertThat(afterNext.secret()).isNotEqualTo(next.secret());
  }

  @Test
  void derivesOtherSuccessorsWithAnotherKey() {
    RefreshTokens others = tokens("old:" + key(3));

    assertThat(others.successor(first).secret()).isNotEqualTo(tokens.successor(first).secret());
  }

  @Test
  void recognisesATokenThatFollowedNoOtherWhicheverKeyMadeIt() {
    RefreshToken raised = tokens.unchained(SESSION, 3);
    RefreshTokens rotated = tokens(NEW_KEY + "," + OLD_KEY);

    assertThat(rotated.unchained(SESSION, 3, RefreshTokens.hash(raised)))
        .hasValueSatisfying(
            same -> assertThat(rotated.write(same)).isEqualTo(tokens.write(raised)));
    assertThat(rotated.unchained(SESSION, 4, RefreshTokens.hash(raised))).isEmpty();
    assertThat(rotated.unchained(UUID.randomUUID(), 3, RefreshTokens.hash(raised))).isEmpty();
    assertThat(tokens.successor(first, 3).secret()).isNotEqualTo(raised.secret());
    assertThat(tokens.write(tokens.successor(first, 2)))
        .isEqualTo(tokens.write(tokens.successor(tokens.successor(first))));
  }

  @Test
  void refusesATokenWhenAnyCharacterChanges() {
    String text = tokens.write(first);

    IntStream.range(0, text.length())
        .forEach(i -> {
          char other = text.charAt(i) == 'A' ? 'B' : 'A';
          String changed = text.substring(0, i) + other + text.substring(i + 1);
          assertThat(tokens.read(changed)).as("changed at %d", i).isEmpty();
        });
  }

  @Test
  void refusesATokenOfAnotherKeyWithTheSameId() {
    assertThat(tokens("old:" + key(3)).read(tokens.write(first))).isEmpty();
  }

  @Test
  void refusesATokenOfAnUnknownKey() {
    assertThat(tokens(NEW_KEY).read(tokens.write(first))).isEmpty();
  }

  @Test
  void readsATokenOfAnOlderKeyAndSignsItsSuccessorWithTheNewest() {
    RefreshTokens rotated = tokens(NEW_KEY + "," + OLD_KEY);

    RefreshToken read = rotated.read(tokens.write(first)).orElseThrow();
    RefreshToken next = rotated.successor(read);

    assertThat(rotated.write(next)).startsWith("1.new.");
    assertThat(next.secret())
        .as("replicas agree while the key is being replaced")
        .isEqualTo(tokens.successor(first).secret());
  }

  @Test
  void readsOnlyTheExactFormItWrites() {
    String text = tokens.write(first);

    assertThat(tokens.read(text + " ")).isEmpty();
    assertThat(tokens.read(text + "=")).isEmpty();
    assertThat(tokens.read(text + ".")).isEmpty();
    assertThat(tokens.read(text.replace(".0.", ".00."))).isEmpty();
    assertThat(tokens.read(text.replace(".0.", ".+0."))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        ".....",
        "1.old.x.0.x.x",
        "1.old.AAAA.0.AAAA.AAAA",
        "1.old..0..",
        "1..AAAAAAAAAAAAAAAAAAAAAA.0.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA",
        "1.old.AAAAAAAAAAAAAAAAAAAAAA.99999999999999999999.AAAAAAAAAAAAAAAAAAAAAA.AAAA",
        "1.old.\u0000\u0661\ud800.0.ü.ü",
      })
  void refusesGarbage(String garbage) {
    assertThat(tokens.read(garbage)).isEmpty();
  }

  @Test
  void refusesATokenThatIsTooLong() {
    assertThat(tokens.read("1.old." + "A".repeat(1_000_000))).isEmpty();
  }

  @Test
  void storesAHashThatIsNotTheSecret() {
    assertThat(RefreshTokens.hash(first)).hasSize(32).isEqualTo(RefreshTokens.hash(first));
    assertThat(RefreshTokens.hash(tokens.successor(first))).isNotEqualTo(RefreshTokens.hash(first));
  }

  @Test
  void doesNotPrintTheSecret() {
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(first.secret());

    assertThat(first.toString()).doesNotContain(secret).doesNotContain(SESSION.toString());
  }

  private static RefreshTokens tokens(String keys) {
    return new RefreshTokens(new SecretKeys(keys));
  }

  private static String key(int seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }
}
