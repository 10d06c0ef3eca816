package dev.warmgate.account;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.OwnRedis;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the default limits per account; the limits per address are raised for the test. */
final class GuessingIT {
  private static final String LOGIN = "/api/v1/auth/login";
  private static final String WRONG = "wrong password";

  @RegisterExtension static final OwnRedis REDIS = new OwnRedis().start();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("redis.url", REDIS.url())
          .with("switches.rate_limits", "true")
          .with("rate_limits.login", "100000/1m")
          .with("rate_limits.register", "1000/1m")
          .with("rate_limits.other", "30/1h")
          .with("trusted_proxies", "127.0.0.0/8");

  private final ApiClient api = SERVICE.api();

  @Test
  void countsEachOfFiftyConcurrentGuesses() throws Exception {
    long started = System.nanoTime();
    String email = newEmail();
    api.register(email);
    List<Answer> answers = new ArrayList<>(Parallel.run(50, i -> api.login(email, WRONG)));
    // An attempt refused for lack of hashing capacity (503) is not a guess.
    assertThat(answers).extracting(Answer::status).isSubsetOf(401, 429, 503);
    while (answers.getLast().status() != 429) {
      answers.add(api.login(email, WRONG));
    }
    long guesses = answers.stream().filter(answer -> answer.status() == 401).count();

    assertThat(guesses).isBetween(10L, 10 + (System.nanoTime() - started) / 60_000_000_000L);
  }

  @Test
  void namesTheLimitAndWhenToRetry() {
    String email = newEmail();
    fail(10, email, null);
    Answer refused = api.login(email, WRONG);

    assertThat(refused.code()).isEqualTo("rate_limited");
    assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"failed-login\";q=10;w=600");
    assertThat(refused.header("RateLimit"))
        .isEqualTo("\"failed-login\";r=0;t=" + refused.header("Retry-After"));
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
  }

  @Test
  void doesNotRevealHowManyAttemptsTheAccountHasLeft() {
    Answer refused = api.login(newEmail(), WRONG);

    assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"login\";q=100000;w=60");
    assertThat(refused.header("RateLimit")).startsWith("\"login\";r=");
  }

  @Test
  void letsConcurrentLoginsOfOneAccountIn() throws Exception {
    String email = newEmail();
    api.register(email);
    List<Answer> answers = Parallel.run(12, i -> api.login(email, PASSWORD));

    // 503 is the answer when the machine has no hashing capacity left.
    assertThat(answers).extracting(Answer::status).isSubsetOf(200, 503).contains(200);
  }

  @Test
  @Tag("quick")
  void letsTheOwnersDeviceInWhileOthersGuess() {
    String email = newEmail();
    String device = api.register(email).text("device_token");
    fail(10, email, null);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(429);

    Answer owner = login(email, PASSWORD, device);
    assertThat(owner.status()).isEqualTo(200);
    assertThat(login(email, PASSWORD, owner.text("device_token")).status()).isEqualTo(200);
    assertThat(api.refresh(owner.text("refresh_token")).body().has("device_token")).isFalse();
  }

  @Test
  void doesNotLetAnotherDeviceIn() {
    String email = newEmail();
    String device = api.register(email).text("device_token");
    String foreign = api.register(newEmail()).text("device_token");
    fail(10, email, foreign);

    for (String invalid :
        List.of(foreign, "", "garbage", device + "x", device.toUpperCase(Locale.ROOT))) {
      assertThat(login(email, PASSWORD, invalid).status()).as(invalid).isEqualTo(429);
    }
  }

  @Test
  void forgetsADeviceAfterAPasswordChange() {
    String email = newEmail();
    Answer session = api.register(email);
    String device = session.text("device_token");
    api.post(
        "/api/v1/auth/password",
        session.text("access_token"),
        Map.of("current_password", PASSWORD, "new_password", "another good password"));
    fail(10, email, device);

    assertThat(login(email, "another good password", device).status()).isEqualTo(429);
  }

  @Test
  void countsTheGuessesOfADeviceSeparately() {
    String email = newEmail();
    String device = api.register(email).text("device_token");
    fail(10, email, device);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    fail(10, email, device);

    assertThat(login(email, PASSWORD, device).status()).isEqualTo(429);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(429);
  }

  @Test
  void letsTheOwnerInAgainWhenAnAdminUnlocksTheAccount() {
    String admin = AdminAccount.token(SERVICE);
    String email = newEmail();
    String id = api.me(api.register(email).text("access_token")).text("account_id");
    fail(10, email, null);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(429);

    String unlock = "/api/v1/admin/accounts/" + id + "/unlock";
    assertThat(api.post(unlock, admin, Map.of()).status()).isEqualTo(204);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    fail(10, email, null);
    assertThat(api.login(email, PASSWORD).status()).as("counted again").isEqualTo(429);
  }

  @Test
  void limitsGuessesMadeWithAnAccessToken() {
    String email = newEmail();
    String token = api.register(email).text("access_token");
    Map<String, String> change =
        Map.of("current_password", WRONG, "new_password", "another good password");
    for (int i = 0; i < 10; i++) {
      assertThat(api.post("/api/v1/auth/password", token, change).code())
          .isEqualTo("wrong_password");
    }

    assertThat(api.post("/api/v1/auth/password", token, change).code()).isEqualTo("rate_limited");
    Answer owner = api.login(email, PASSWORD);
    assertThat(owner.status()).as("the owner").isEqualTo(200);
    assertThat(
            api.post(
                    "/api/v1/auth/password",
                    owner.text("access_token"),
                    Map.of("current_password", PASSWORD, "new_password", "another good password"))
                .status())
        .as("a stolen token cannot keep the owner from changing the password")
        .isEqualTo(200);
  }

  @Test
  void limitsRequestsThatMatchNoEndpoint() {
    for (int i = 0; i < 30; i++) {
      assertThat(getFromElsewhere("/api/v1/auth/nothing/" + i).status()).isEqualTo(404);
    }
    Answer refused = getFromElsewhere("/somewhere/else");

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.code()).isEqualTo("rate_limited");
    assertThat(refused.text("instance")).as("an unmatched path").isEmpty();
    assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
    assertThat(refused.header("Retry-After")).isNotEmpty();
    assertThat(refused.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(getFromElsewhere(LOGIN).status()).as("method not allowed").isEqualTo(429);
  }

  /** Uses a client address that no other test uses. */
  private Answer getFromElsewhere(String path) {
    return api.from("203.0.113.7").get(path);
  }

  private void fail(int times, String email, String device) {
    for (int i = 0; i < times; i++) {
      assertThat(login(email, WRONG, device).status()).isEqualTo(401);
    }
  }

  private Answer login(String email, String password, String device) {
    return device == null
        ? api.login(email, password)
        : api.post(LOGIN, Map.of("email", email, "password", password, "device_token", device));
  }
}
