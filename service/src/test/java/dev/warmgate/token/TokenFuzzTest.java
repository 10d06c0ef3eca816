package dev.warmgate.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.problem.ApiException;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.signingkey.KeyCipher;
import dev.warmgate.signingkey.SigningKey;
import dev.warmgate.signingkey.SigningKeyDao;
import dev.warmgate.signingkey.SigningKeys;
import dev.warmgate.testkit.Secrets;
import io.opentelemetry.api.OpenTelemetry;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Checks that the verifier quickly refuses malformed tokens by the hundred and does not fail
 * otherwise. {@code -Dfuzz.seed=…} repeats a run; {@code -Dfuzz.cases=…} sets the number of tokens.
 */
final class TokenFuzzTest {
  private static final int CASES =
      Integer.getInteger("fuzz.cases", Boolean.getBoolean("tests.full") ? 4000 : 500);
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

  private final SigningKey key = SigningKey.generate(Instant.now().minusSeconds(60));
  private final TokenVerifier verifier = verifier(key);
  private final Forgery forgery = forgery();
  private final TokenFuzzer fuzzer = new TokenFuzzer(forgery, SEED);

  @Test
  void acceptsTheValidTokenThatTheFuzzerChanges() {
    assertThat(refusal(forgery.token())).isZero();
    assertThat(refusal(forgery.with(token -> token))).isZero();
  }

  @Test
  void refusesTokensThatItDidNotSign() {
    for (int i = 0; i < CASES; i++) {
      String token = fuzzer.foreign();
      assertThat(timed(() -> refusal(token))).as("seed %d: %s", SEED, token).isEqualTo(401);
    }
  }

  @Test
  void acceptsOrRefusesTokensThatItSigned() {
    for (int i = 0; i < CASES; i++) {
      String token = fuzzer.signed();
      assertThat(timed(() -> refusal(token))).as("seed %d: %s", SEED, token).isIn(0, 401);
    }
  }

  /** Returns the status of the refusal, or 0 if the token is accepted. */
  private int refusal(String token) {
    try {
      verifier.verify(token);
      return 0;
    } catch (ApiException refused) {
      return refused.type().status();
    }
  }

  private static int timed(Supplier<Integer> verification) {
    long began = System.nanoTime();
    int status = verification.get();
    // A generous limit, since the machine may be busy.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    return status;
  }

  private Forgery forgery() {
    Forgery recipe = new Forgery(key, UUID.randomUUID(), UUID.randomUUID(), "");
    return new Forgery(key, recipe.accountId(), recipe.sessionId(), recipe.with(token -> token));
  }

  private static TokenVerifier verifier(SigningKey key) {
    KeyCipher cipher = new KeyCipher(new SecretKeys(Secrets.of("k1")));
    List<SigningKeyDao.Row> rows = List.of(cipher.seal(key));
    SigningKeyDao dao =
        (SigningKeyDao)
            Proxy.newProxyInstance(
                TokenFuzzTest.class.getClassLoader(),
                new Class<?>[] {SigningKeyDao.class},
                (proxy, method, arguments) -> rows);
    Audit unused =
        new Audit(null, null, AuditContext.SYSTEM, Clock.systemUTC(), OpenTelemetry.noop());
    SigningKeys keys =
        new SigningKeys(dao, cipher, unused, Clock.systemUTC(), OpenTelemetry.noop());
    keys.load();
    return new TokenVerifier(
        new TokensConfiguration("http://127.0.0.1:8080", null, null, null, null),
        keys,
        Clock.systemUTC());
  }
}
