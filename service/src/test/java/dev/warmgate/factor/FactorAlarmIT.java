package dev.warmgate.factor;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks whom a mail tells that somebody guesses at their second factor, and how often. */
final class FactorAlarmIT {
  private static final int MOST = 2;
  private static final String UNLIMITED = "100000/1m";
  private static final Duration SOON = Duration.ofSeconds(10);

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("housekeeping.interval", "100ms")
          .with("switches.rate_limits", "true")
          .with("rate_limits.failed_factor", MOST + "/10h")
          .with("rate_limits.login", UNLIMITED)
          .with("rate_limits.register", UNLIMITED)
          .with("rate_limits.factor", UNLIMITED);

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer session = api.register(email);

  FactorAlarmIT() {
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
  }

  @Test
  void theOwnerIsToldOnceADay() throws Exception {
    SecondFactor factor = SecondFactor.enrol(api, session.text("access_token"));
    for (int i = 0; i < MOST; i++) {
      assertThat(guess(email, factor).status()).isEqualTo(403);
    }
    assertNobodyIsTold(email);

    assertThat(guess(email, factor).status()).isEqualTo(429);
    Eventually.within(SOON, () -> told(email) == 1);
    assertThat(guess(email, factor).status()).isEqualTo(429);
    awaitHousekeeping();
    assertThat(told(email)).as("as long as it goes on").isEqualTo(1);

    SERVICE.sql(
        "UPDATE proof_request SET asked_at = asked_at - INTERVAL '1 day'"
            + " WHERE email_key = ? AND kind = 'factor-blocked'",
        email);
    assertThat(guess(email, factor).status()).isEqualTo(429);
    Eventually.within(SOON, () -> told(email) == 2);
  }

  @Test
  void nobodyIsToldAtAnAddressThatNobodyHasProven() throws Exception {
    SecondFactor factor = SecondFactor.enrol(api, session.text("access_token"));
    SERVICE.sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", email);
    for (int i = 0; i <= MOST; i++) {
      guess(email, factor);
    }
    assertNobodyIsTold(email);
  }

  /** They have the app in their hands. */
  @Test
  void nobodyIsToldOfWrongCodesOfAnAppThatIsBeingAdded() throws Exception {
    SecondFactor first = SecondFactor.enrol(api, session.text("access_token"));
    String token = first.confirmed().text("access_token");
    Answer waiting =
        api.post("/api/v1/auth/factors", token, Map.of("type", "totp", "name", "tablet"));
    String path = "/api/v1/auth/factors/" + waiting.text("factor_id") + "/confirm";
    String wrong = SecondFactor.of(waiting.text("secret")).wrongCode();
    for (int i = 0; i < MOST; i++) {
      assertThat(api.post(path, token, Map.of("code", wrong)).status()).isEqualTo(403);
    }
    assertThat(api.post(path, token, Map.of("code", wrong)).status()).isEqualTo(429);
    assertNobodyIsTold(email);
  }

  private Answer guess(String address, SecondFactor factor) {
    return SecondFactor.verify(api, api.login(address, PASSWORD), "code", factor.wrongCode());
  }

  /** Waits until somebody else, who was registered later, was told. */
  private void awaitHousekeeping() throws Exception {
    String other = newEmail();
    Answer registered = api.register(other);
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", other);
    SecondFactor factor = SecondFactor.enrol(api, registered.text("access_token"));
    for (int i = 0; i <= MOST; i++) {
      guess(other, factor);
    }
    Eventually.within(SOON, () -> told(other) == 1);
  }

  private void assertNobodyIsTold(String address) throws Exception {
    awaitHousekeeping();
    assertThat(told(address)).isZero();
  }

  private static int told(String address) {
    return Mailed.count(SERVICE, address, "factor-blocked");
  }
}
