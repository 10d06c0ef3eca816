package dev.warmgate.account;

import static dev.warmgate.account.Comparison.comparable;
import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.account.Comparison.Pair;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.Sample;
import dev.warmgate.testkit.ServingTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that neither the answer nor the time of asking for a mail reveals whether its address has
 * an account, where addresses have to be confirmed; {@link KnownOrUnknownIT} does the rest.
 */
final class KnownOrUnknownByMailIT {
  private static final String STRANGERS = "the stranger's password";
  private static final String UNLIMITED = "1000000/1m";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          // A hash still takes several times the difference that a comparison tolerates.
          .with("hashing.memory_kib", "8192")
          .with("registration.confirm", "required")
          .with("proofs.email_login", "true")
          .with("switches.rate_limits", "true")
          .with("rate_limits.mail", UNLIMITED)
          .with("rate_limits.proof", UNLIMITED)
          .with("rate_limits.login", UNLIMITED)
          .with("rate_limits.register", UNLIMITED)
          .with("rate_limits.unproven", UNLIMITED)
          .with("rate_limits.unproven_client", UNLIMITED);

  private final ApiClient api = SERVICE.api();
  private final Map<String, String> requests = new HashMap<>();
  private String access = "";

  /** The requests that lead to a mail. */
  enum Way {
    REGISTRATION,
    RESENDING,
    SIGN_IN,
    NEW_ADDRESS
  }

  @ParameterizedTest
  @EnumSource
  void answersAlikeAndRunsTheSameStatements(Way way) {
    Pair pair = newPair(way);
    long before = statements();
    Answer known = ask(way, pair.known());
    long between = statements();
    Answer unknown = ask(way, pair.unknown());

    assertThat(statements() - between).isEqualTo(between - before).isPositive();
    assertThat(comparable(unknown)).isEqualTo(comparable(known)).containsEntry("status", "202");
    assertThat(comparable(ask(way, pair.unknown())))
        .as("during the back-off")
        .isEqualTo(comparable(ask(way, pair.known())))
        .containsEntry("status", "429");
  }

  static Stream<Way> sampledWays() {
    return Sample.of("ways", 1, List.of(Way.values()));
  }

  @ParameterizedTest
  @MethodSource("sampledWays")
  void takesTheSameTime(Way way) {
    for (int i = 0; i < 3; i++) {
      Pair pair = newPair(way);
      ask(way, pair.known());
      ask(way, pair.unknown());
    }

    Comparison.assertSameTime(
        _ -> newPair(way),
        email ->
            ServingTime.millisWithoutHashingOf(
                () -> assertThat(ask(way, email).status()).isEqualTo(202)));
  }

  @Test
  void aLoginAfterARegistrationIsAnsweredAlike() {
    Pair pair = registeredPair();
    long before = statements();
    Answer known = api.login(pair.known(), STRANGERS);
    long between = statements();
    Answer unknown = api.login(pair.unknown(), STRANGERS);

    assertThat(known.code()).isEqualTo("email_not_confirmed");
    assertThat(comparable(unknown)).isEqualTo(comparable(known)).containsEntry("status", "403");
    assertThat(statements() - between).isEqualTo(between - before).isPositive();
    assertThat(comparable(api.login(pair.unknown(), "wrong password")))
        .isEqualTo(comparable(api.login(pair.known(), "wrong password")))
        .containsEntry("status", "401");
    assertThat(api.login(pair.known(), PASSWORD).status()).as("the owner").isEqualTo(200);
    for (int i = 0; i < 8; i++) {
      api.login(pair.known(), STRANGERS);
      api.login(pair.unknown(), STRANGERS);
    }
    assertThat(comparable(api.login(pair.unknown(), STRANGERS)))
        .as("after too many, whatever the answer was")
        .isEqualTo(comparable(api.login(pair.known(), STRANGERS)))
        .containsEntry("status", "429");
  }

  static Stream<String> sampledPasswords() {
    return Sample.of("passwords", 1, List.of(STRANGERS, "wrong password"));
  }

  @ParameterizedTest
  @MethodSource("sampledPasswords")
  void aLoginAfterARegistrationTakesTheSameTime(String password) {
    Comparison.assertSameTime(
        _ -> registeredPair(), email -> ServingTime.millisOf(() -> api.login(email, password)));
  }

  @Test
  void countsWrongCodesOfAllKindsTogether() {
    Pair pair = newPair(Way.REGISTRATION);
    for (String email : List.of(pair.known(), pair.unknown())) {
      for (int mail = 0; mail < 2; mail++) {
        register(email);
        for (int i = 0; i < 5; i++) {
          assertThat(code("confirm", requests.get(email)).status()).isEqualTo(403);
        }
      }
      String reset = api.post("/api/v1/auth/forgot", Map.of("email", email)).text("request_id");
      assertThat(code("reset", reset).status()).isEqualTo(429);
    }
  }

  private Answer code(String path, String request) {
    return api.post(
        "/api/v1/auth/" + path,
        Map.of("request_id", request, "code", "000000", "password", PASSWORD));
  }

  /** Returns an account and an unknown address, both registered by a stranger since. */
  private Pair registeredPair() {
    Pair pair = new Pair(newEmail(), newEmail());
    confirmed(pair.known());
    for (String email : List.of(pair.known(), pair.unknown())) {
      SERVICE.sql("DELETE FROM proof_request WHERE email_key = ?", email);
      Answer asked =
          api.post("/api/v1/auth/register", Map.of("email", email, "password", STRANGERS));
      assertThat(asked.status()).isEqualTo(202);
    }
    return pair;
  }

  private Pair newPair(Way way) {
    Pair pair = new Pair(newEmail(), newEmail());
    SERVICE.sql(
        "INSERT INTO account (id, email, email_key, password_hash, role, email_confirmed_at)"
            + " VALUES (gen_random_uuid(), ?, ?, 'none', 'user', now())",
        pair.known(),
        pair.known());
    switch (way) {
      case REGISTRATION, SIGN_IN -> {}
      case RESENDING -> {
        register(pair.known());
        register(pair.unknown());
      }
      case NEW_ADDRESS -> access = freshLogin();
    }
    return pair;
  }

  private Answer ask(Way way, String email) {
    return switch (way) {
      case REGISTRATION -> api.register(email);
      case RESENDING ->
          api.post("/api/v1/auth/confirm/resend", Map.of("request_id", requests.get(email)));
      case SIGN_IN -> api.post("/api/v1/auth/email-login", Map.of("email", email));
      case NEW_ADDRESS -> api.post("/api/v1/auth/email", access, Map.of("email", email));
    };
  }

  /** Registers an address so long ago that its mail can be sent again. */
  private void register(String email) {
    requests.put(email, api.register(email).text("request_id"));
    SERVICE.sql("DELETE FROM proof_request WHERE email_key = ?", email);
  }

  /** Returns the access token of an account with an unproven address, which needs not agree. */
  private String freshLogin() {
    String email = newEmail();
    String token = confirmed(email);
    SERVICE.sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", email);
    return token;
  }

  private String confirmed(String email) {
    api.register(email);
    Mailed mail = Mailed.newest(SERVICE, email, "confirm");
    return api.post(
            "/api/v1/auth/confirm", Map.of("request_id", mail.requestId(), "code", mail.code()))
        .text("access_token");
  }

  private static long statements() {
    return SERVICE.statements("dev.warmgate.account.")
        + SERVICE.statements("dev.warmgate.registration.")
        + SERVICE.statements("dev.warmgate.maillogin.")
        + SERVICE.statements("dev.warmgate.addresschange.")
        + SERVICE.statements("dev.warmgate.proof.");
  }
}
