package dev.warmgate.token;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.signingkey.SigningKeys;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that forged and malformed tokens are refused: those of {@link HeaderAttacks}, {@link
 * ClaimAttacks} and {@link FormAttacks}, and those of a seeded fuzzer.
 */
final class TokenAttackIT {
  private static final int FUZZED = 300;
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private static ServerSocket trap;
  private static Forgery forgery;
  private static String otherSession;

  private final ApiClient api = SERVICE.api();

  @BeforeAll
  static void register() throws IOException {
    trap = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    trap.setSoTimeout(1);
    forgery = newForgery();
    otherSession = SERVICE.api().register(newEmail()).text("session_id");
  }

  private static Forgery newForgery() {
    Answer session = SERVICE.api().register(newEmail());
    String token = session.text("access_token");
    return new Forgery(
        ((SigningKeys) SERVICE.healthCheck("signing-keys")).current(),
        UUID.fromString(SERVICE.api().me(token).text("account_id")),
        UUID.fromString(session.text("session_id")),
        token);
  }

  @AfterAll
  static void close() throws IOException {
    trap.close();
  }

  static Stream<Attack> attacks() {
    String url = "http://127.0.0.1:" + trap.getLocalPort() + "/jwks.json";
    return Stream.of(
            HeaderAttacks.of(forgery, url),
            ClaimAttacks.of(forgery, otherSession),
            FormAttacks.of(forgery))
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void refuses(Attack attack) {
    Answer refused = api.me(attack.token());

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo(attack.code());
    assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
    assertRevealsNothing(refused);
  }

  @Test
  void acceptsTheValidTokenThatForgeriesStartFrom() {
    assertThat(api.me(forgery.with(token -> token)).status()).isEqualTo(200);
    assertThat(
            api.me(
                    forgery.written(
                        "{" + forgery.header() + "}", "{" + forgery.claims() + ",'more':1}"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void fetchesNoKeyFromAUrlInAToken() throws IOException {
    for (Attack attack : HeaderAttacks.of(forgery, "http://127.0.0.1:" + trap.getLocalPort())) {
      if (attack.name().matches("(jku|x5u|kid a URL).*")) {
        assertThat(api.me(attack.token()).status()).isEqualTo(401);
      }
    }
    try (var connection = trap.accept()) {
      throw new AssertionError("the service connected: " + connection);
    } catch (SocketTimeoutException noConnection) {
      assertThat(noConnection).isNotNull();
    }
  }

  @Test
  void refusesAMalleatedSignatureAfterTheSessionEnded() {
    Forgery other = newForgery();
    String malleated = FormAttacks.withMalleatedSignature(other);
    assertThat(malleated).isNotEqualTo(other.token());
    assertThat(api.me(malleated).status()).as("valid according to ECDSA").isEqualTo(200);

    api.send(api.request("POST", "/api/v1/auth/logout", other.token(), null));

    assertThat(api.me(malleated).code()).isEqualTo("session_ended");
    assertThat(api.me(other.token()).code()).isEqualTo("session_ended");
  }

  @Test
  void answersEveryFuzzedToken() {
    TokenFuzzer fuzzer = new TokenFuzzer(forgery, SEED);
    for (int i = 0; i < FUZZED; i++) {
      String token = i % 2 == 0 ? fuzzer.foreign() : fuzzer.signed();
      long began = System.nanoTime();
      Answer answer =
          RawHttp.send(
              SERVICE.port(),
              "GET /api/v1/auth/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  + "Authorization: Bearer "
                  + token
                  + "\r\n\r\n");

      assertThat(answer.status()).as("seed %d: %s", SEED, token).isIn(200, 400, 401, 431);
      assertThat(i % 2 == 0 && answer.status() == 200).as("accepted, seed %d", SEED).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertRevealsNothing(answer);
    }
  }

  private static void assertRevealsNothing(Answer answer) {
    assertThat(answer.body().toString())
        .doesNotContain("Exception")
        .doesNotContain("jsonwebtoken")
        .doesNotContain("\\tat ")
        .doesNotContain(".java:");
  }

  @Test
  void readsTheKeysAtMostOnceForManyUnknownIds() {
    long before = SERVICE.statements("dev.warmgate.signingkey.SigningKeyDao");
    for (int i = 0; i < 50; i++) {
      String name = "unknown-" + i;
      api.me(forgery.with(token -> token.header().keyId(name).and()));
    }

    // The regular reload may add two statements.
    assertThat(SERVICE.statements("dev.warmgate.signingkey.SigningKeyDao") - before).isLessThan(5);
  }
}
