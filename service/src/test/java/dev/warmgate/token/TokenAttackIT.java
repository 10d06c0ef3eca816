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
 * Tokens that are not ours, or say what none of ours says: a table by theme ({@link HeaderAttacks},
 * {@link ClaimAttacks}, {@link FormAttacks}), and what a seeded fuzzer makes of a good one.
 */
final class TokenAttackIT {
  private static final int FUZZED = 300;
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private static ServerSocket snare;
  private static Forgery forgery;
  private static String stranger;

  private final ApiClient api = SERVICE.api();

  @BeforeAll
  static void register() throws IOException {
    snare = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    snare.setSoTimeout(1);
    forgery = newForgery();
    stranger = SERVICE.api().register(newEmail()).text("session_id");
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
    snare.close();
  }

  static Stream<Attack> attacks() {
    String url = "http://127.0.0.1:" + snare.getLocalPort() + "/jwks.json";
    return Stream.of(
            HeaderAttacks.of(forgery, url),
            ClaimAttacks.of(forgery, stranger),
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
    assertTellsNothing(refused);
  }

  @Test
  void acceptsTheRecipeThatTheForgeriesStartFrom() {
    assertThat(api.me(forgery.with(token -> token)).status()).isEqualTo(200);
    assertThat(
            api.me(
                    forgery.written(
                        "{" + forgery.header() + "}", "{" + forgery.claims() + ",'more':1}"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void looksForNoKeyWhereATokenSays() throws IOException {
    for (Attack attack : HeaderAttacks.of(forgery, "http://127.0.0.1:" + snare.getLocalPort())) {
      if (attack.name().matches("(jku|x5u|kid a URL).*")) {
        assertThat(api.me(attack.token()).status()).isEqualTo(401);
      }
    }
    try (var caught = snare.accept()) {
      throw new AssertionError("asked by " + caught);
    } catch (SocketTimeoutException nobodyCame) {
      assertThat(nobodyCame).isNotNull();
    }
  }

  @Test
  void endsTheTwinOfASignatureWithItsSession() {
    Forgery other = newForgery();
    String twin = FormAttacks.highTwin(other);
    assertThat(twin).isNotEqualTo(other.token());
    assertThat(api.me(twin).status()).as("valid by the standard").isEqualTo(200);

    api.send(api.request("POST", "/api/v1/auth/logout", other.token(), null));

    assertThat(api.me(twin).code()).isEqualTo("session_ended");
    assertThat(api.me(other.token()).code()).isEqualTo("session_ended");
  }

  @Test
  void answersWhateverTheFuzzerSends() {
    TokenFuzzer fuzzer = new TokenFuzzer(forgery, SEED);
    for (int i = 0; i < FUZZED; i++) {
      String token = i % 2 == 0 ? fuzzer.foreign() : fuzzer.ours();
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
      assertTellsNothing(answer);
    }
  }

  private static void assertTellsNothing(Answer answer) {
    assertThat(answer.body().toString())
        .doesNotContain("Exception")
        .doesNotContain("jsonwebtoken")
        .doesNotContain("\\tat ")
        .doesNotContain(".java:");
  }

  @Test
  void readsTheKeysAtMostOnceHoweverManyUnknownOnesAreTried() {
    long before = SERVICE.statements("dev.warmgate.signingkey.SigningKeyDao");
    for (int i = 0; i < 50; i++) {
      String name = "unknown-" + i;
      api.me(forgery.with(token -> token.header().keyId(name).and()));
    }

    // Two more for the regular reading, which may fall into the same time.
    assertThat(SERVICE.statements("dev.warmgate.signingkey.SigningKeyDao") - before).isLessThan(5);
  }
}
