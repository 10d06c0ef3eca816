package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Refreshes in the Supabase form: by clients that race one another, lose answers, or are thieves.
 */
final class GoTrueRefreshIT {
  private static final String FACTORS = "/auth/v1/factors";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .withManyConnections()
          .with("supabase_api.enabled", "true")
          .with("trusted_proxies", "127.0.0.0/8");

  private final ApiClient owner =
      SERVICE
          .api()
          .with("x-supabase-api-version", "2024-01-01")
          .from("203.0.113.7")
          .with("User-Agent", "app/1.0");
  private final ApiClient thief = owner.from("198.51.100.9").with("User-Agent", "curl/8");
  private final String email = newEmail();

  @Test
  void answersATokenWhoseAnswerWasLostNinetySecondsAgo() {
    Answer first = signUp();
    Answer lost = refresh(owner, first);
    agoSeconds(90);

    Answer again = refresh(owner, first);

    assertThat(again.text("refresh_token")).isEqualTo(lost.text("refresh_token"));
    assertThat(refresh(owner, again).status()).isEqualTo(200);
  }

  @Test
  void answersThreeTabsThatRefreshAtOnceAgainAndAgain() throws Exception {
    Answer first = signUp();
    List<Answer> tabs = List.of(first, first, first);
    for (int round = 0; round < 3; round++) {
      List<Answer> held = tabs;
      tabs = Parallel.run(3, tab -> refresh(owner, held.get(tab)));
      assertThat(tabs).extracting(Answer::status).containsOnly(200);
    }
  }

  @Test
  void endsASessionWhoseOldTokenComesFromElsewhereHoweverSoon() {
    Answer first = signUp();
    Answer third = refresh(owner, refresh(owner, first));
    assertThat(refresh(owner, first).status()).as("the owner's other tab").isEqualTo(200);

    assertThat(refresh(thief, first).code()).isEqualTo("refresh_token_already_used");

    assertThat(refresh(owner, third).code()).isEqualTo("refresh_token_not_found");
  }

  @Test
  void endsASessionWhoseOldTokenComesLate() {
    Answer first = signUp();
    Answer third = refresh(owner, refresh(owner, first));
    agoSeconds(11);

    assertThat(refresh(owner, first).code()).isEqualTo("refresh_token_already_used");
    assertThat(refresh(owner, third).code()).isEqualTo("refresh_token_not_found");
  }

  /** Whoever has stolen it waits until its owner raises the session. */
  @Test
  void raisesNoTokenThatWasStolenBeforeTheFactorWasUsed() {
    SecondFactor app = enrolled();
    Answer before = signIn();
    Answer raised = raise(before, app);
    assertThat(refresh(owner, before).text("refresh_token"))
        .as("the owner's other tab")
        .isEqualTo(raised.text("refresh_token"));

    assertThat(refresh(thief, before).code()).isEqualTo("refresh_token_already_used");

    assertThat(refresh(owner, raised).code()).isEqualTo("refresh_token_not_found");
  }

  @Test
  void raisesNoTokenThatWasStolenBeforeTheFactorWasUsedAndComesLate() {
    Answer before = signIn(enrolled());
    agoSeconds(11);
    assertThat(refresh(owner, before).code()).isEqualTo("refresh_token_already_used");
  }

  /** A later refresh of the owner's must not make the time begin anew. */
  @Test
  void raisesNoTokenFromBeforeTheFactorOnceTheSessionWasRefreshed() {
    SecondFactor app = enrolled();
    Answer before = signIn();
    Answer refreshed = refresh(owner, raise(before, app));
    assertThat(refreshed.status()).isEqualTo(200);

    assertThat(refresh(owner, before).code()).isEqualTo("refresh_token_already_used");
  }

  /** Returns the tokens of a session that was raised since. */
  private Answer signIn(SecondFactor app) {
    Answer session = signIn();
    assertThat(raise(session, app).status()).isEqualTo(200);
    return session;
  }

  private SecondFactor enrolled() {
    Answer session = signUp();
    Answer made =
        owner.post(
            FACTORS,
            session.text("access_token"),
            Map.of("factor_type", "totp", "friendly_name", "phone"));
    SecondFactor app = SecondFactor.of(made.text("id"), made.body().at("/totp/secret").asText());
    assertThat(raise(session, app).status()).isEqualTo(200);
    return app;
  }

  private Answer raise(Answer session, SecondFactor app) {
    String token = session.text("access_token");
    String path = FACTORS + "/" + app.id();
    String challenge = owner.post(path + "/challenge", token, Map.of()).text("id");
    return owner.post(
        path + "/verify", token, Map.of("challenge_id", challenge, "code", app.code()));
  }

  private Answer signUp() {
    return owner.post("/auth/v1/signup", Map.of("email", email, "password", PASSWORD));
  }

  private Answer signIn() {
    return owner.post(
        "/auth/v1/token?grant_type=password", Map.of("email", email, "password", PASSWORD));
  }

  private static Answer refresh(ApiClient client, Answer session) {
    return client.post(
        "/auth/v1/token?grant_type=refresh_token",
        Map.of("refresh_token", session.text("refresh_token")));
  }

  /** Puts the last rotations of the account back in time. */
  private void agoSeconds(int seconds) {
    SERVICE.sql(
        "UPDATE session SET rotated_at = now() - ? * INTERVAL '1 s' FROM account"
            + " WHERE account.id = account_id AND email = ?",
        seconds,
        email);
  }
}
