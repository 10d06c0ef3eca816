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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the default limits per account; the limits per address are raised for the test. */
final class GuessingIT {
  private static final String LOGIN = "/api/v1/auth/login";
  private static final String WRONG = "wrong password";
  private static final long PAUSE_NANOS = 100_000_000;

  @RegisterExtension static final OwnRedis REDIS = new OwnRedis().start();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .withManyConnections()
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
    register(email);
    List<Answer> answers = new ArrayList<>(Parallel.run(50, i -> api.login(email, WRONG)));
    // An attempt refused for lack of hashing capacity (503) is not a guess.
    assertThat(answers).extracting(Answer::status).isSubsetOf(401, 429, 503);
    // Among the concurrent ones, 429 may also mean that others were checked for too long.
    do {
      answers.add(api.login(email, WRONG));
    } while (answers.getLast().status() != 429);
    long guesses = answers.stream().filter(answer -> answer.status() == 401).count();

    assertThat(guesses).isBetween(10L, 10 + (System.nanoTime() - started) / 60_000_000_000L);
  }

  @Test
  void namesTheLimitAndWhenToRetry() {
    String email = newEmail();
    fail(10, email, null);
    Answer refused = login(email, WRONG);

    assertThat(refused.code()).isEqualTo("rate_limited");
    assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"failed-login\";q=10;w=600");
    assertThat(refused.header("RateLimit"))
        .isEqualTo("\"failed-login\";r=0;t=" + refused.header("Retry-After"));
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
  }

  @Test
  void doesNotRevealHowManyAttemptsTheAccountHasLeft() {
    Answer refused = login(newEmail(), WRONG);

    assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"login\";q=100000;w=60");
    assertThat(refused.header("RateLimit")).startsWith("\"login\";r=");
  }

  @Test
  void letsConcurrentLoginsOfOneAccountIn() throws Exception {
    String email = newEmail();
    register(email);
    List<Answer> answers = Parallel.run(12, i -> api.login(email, PASSWORD));

    // 503 is the answer when the machine has no hashing capacity left.
    assertThat(answers).extracting(Answer::status).isSubsetOf(200, 503).contains(200);
  }

  @Test
  @Tag("quick")
  void letsTheOwnersDeviceInWhileOthersGuess() {
    String email = newEmail();
    String device = register(email).text("device_token");
    fail(10, email, null);
    assertThat(login(email, PASSWORD).status()).isEqualTo(429);

    Answer owner = login(email, PASSWORD, device);
    assertThat(owner.status()).isEqualTo(200);
    assertThat(login(email, PASSWORD, owner.text("device_token")).status()).isEqualTo(200);
    assertThat(api.refresh(owner.text("refresh_token")).body().has("device_token")).isFalse();
  }

  @Test
  void doesNotLetAnotherDeviceIn() {
    String email = newEmail();
    String device = register(email).text("device_token");
    String foreign = register(newEmail()).text("device_token");
    fail(10, email, foreign);

    for (String invalid :
        List.of(foreign, "", "garbage", device + "x", device.toUpperCase(Locale.ROOT))) {
      assertThat(login(email, PASSWORD, invalid).status()).as(invalid).isEqualTo(429);
    }
  }

  @Test
  void forgetsADeviceAfterAPasswordChange() {
    String email = newEmail();
    Answer session = register(email);
    String device = session.text("device_token");
    Map<String, String> change =
        Map.of("current_password", PASSWORD, "new_password", "another good password");
    Answer changed =
        admitted(() -> api.post("/api/v1/auth/password", session.text("access_token"), change));
    assertThat(changed.status()).isEqualTo(200);
    fail(10, email, device);

    assertThat(login(email, "another good password", device).status()).isEqualTo(429);
  }

  @Test
  void countsTheGuessesOfADeviceSeparately() {
    String email = newEmail();
    String device = register(email).text("device_token");
    fail(10, email, device);
    assertThat(login(email, PASSWORD).status()).isEqualTo(200);
    fail(10, email, device);

    assertThat(login(email, PASSWORD, device).status()).isEqualTo(429);
    assertThat(login(email, PASSWORD).status()).isEqualTo(429);
  }

  @Test
  void letsTheOwnerInAgainWhenAnAdminUnlocksTheAccount() {
    String admin = AdminAccount.token(SERVICE);
    String email = newEmail();
    String id = api.me(register(email).text("access_token")).text("account_id");
    fail(10, email, null);
    assertThat(login(email, PASSWORD).status()).isEqualTo(429);

    String unlock = "/api/v1/admin/accounts/" + id + "/unlock";
    assertThat(api.post(unlock, admin, Map.of()).status()).isEqualTo(204);
    assertThat(login(email, PASSWORD).status()).isEqualTo(200);
    fail(10, email, null);
    assertThat(login(email, PASSWORD).status()).as("counted again").isEqualTo(429);
  }

  @Test
  void limitsGuessesMadeWithAnAccessToken() {
    String email = newEmail();
    String token = register(email).text("access_token");
    Map<String, String> change =
        Map.of("current_password", WRONG, "new_password", "another good password");
    for (int i = 0; i < 10; i++) {
      assertThat(admitted(() -> api.post("/api/v1/auth/password", token, change)).code())
          .isEqualTo("wrong_password");
    }

    assertThat(api.post("/api/v1/auth/password", token, change).code()).isEqualTo("rate_limited");
    Answer owner = login(email, PASSWORD);
    assertThat(owner.status()).as("the owner").isEqualTo(200);
    Map<String, String> own =
        Map.of("current_password", PASSWORD, "new_password", "another good password");
    assertThat(
            admitted(() -> api.post("/api/v1/auth/password", owner.text("access_token"), own))
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

  private Answer register(String email) {
    Answer made = admitted(() -> api.register(email));
    assertThat(made.status()).isEqualTo(201);
    return made;
  }

  private Answer login(String email, String password) {
    return login(email, password, null);
  }

  private Answer login(String email, String password, String device) {
    return admitted(() ->
        device == null
            ? api.login(email, password)
            : api.post(
                LOGIN, Map.of("email", email, "password", password, "device_token", device)));
  }

  /** Repeats what a busy machine has no hashing capacity for, which is not an attempt. */
  private static Answer admitted(Supplier<Answer> request) {
    Answer answer = request.get();
    for (int i = 0; i < 100 && answer.code().equals("login_capacity_exceeded"); i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      answer = request.get();
    }
    return answer;
  }
}
