package dev.warmgate.session;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RefreshIT {
  /** On a busy machine a thread may wait longer for a connection than production would let it. */
  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().withManyConnections().with("database.acquire_timeout", "1s");

  private final ApiClient api = SERVICE.api();
  private final Answer session = api.register(newEmail());
  private final UUID id = UUID.fromString(session.text("session_id"));
  private final String first = session.text("refresh_token");

  @Test
  @Tag("quick")
  void exchangesATokenForTheNextPairOfTheSession() {
    Answer refreshed = api.refresh(first);

    assertThat(refreshed.status()).isEqualTo(200);
    assertThat(refreshed.text("session_id")).isEqualTo(id.toString());
    assertThat(token(refreshed)).isNotEqualTo(first);
    assertThat(api.me(refreshed.text("access_token")).status()).isEqualTo(200);
    assertThat(api.me(session.text("access_token")).status()).isEqualTo(200);
    assertThat(counter()).isEqualTo("1");
  }

  @Test
  void repeatsALostAnswerWithTheSameToken() {
    Answer lost = api.refresh(first);
    Answer again = api.refresh(first);

    assertThat(again.status()).isEqualTo(200);
    assertThat(token(again)).isEqualTo(token(lost));
    assertThat(api.me(again.text("access_token")).status()).isEqualTo(200);
    assertThat(counter()).isEqualTo("1");
    assertThat(api.refresh(token(again)).status()).isEqualTo(200);
  }

  @Test
  void rotatesOnceForConcurrentRefreshes() throws Exception {
    List<Answer> answers = Parallel.run(20, i -> api.refresh(first));

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(answers.stream().map(RefreshIT::token).collect(Collectors.toSet())).hasSize(1);
    assertThat(counter()).isEqualTo("1");
    assertThat(api.refresh(token(answers.getFirst())).status()).isEqualTo(200);
  }

  @Test
  @Tag("quick")
  void endsTheSessionWhenAnOlderTokenIsReused() {
    String second = token(api.refresh(first));
    Answer third = api.refresh(second);

    assertReused(first);

    assertThat(api.refresh(token(third)).code()).isEqualTo("session_ended");
    assertThat(api.me(third.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(SERVICE.value("SELECT end_reason FROM session WHERE id = ?", id))
        .isEqualTo("refresh_token_reused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"31 s", "1 h", "13 d"})
  void repeatsALostAnswerAtAnyLaterTime(String later) {
    Answer lost = api.refresh(first);
    SERVICE.sql("UPDATE session SET rotated_at = now() - ?::interval WHERE id = ?", later, id);

    Answer again = api.refresh(first);

    assertThat(token(again)).isEqualTo(token(lost));
    assertThat(api.me(again.text("access_token")).status()).isEqualTo(200);
    assertThat(api.refresh(token(again)).status()).isEqualTo(200);
    assertReused(first);
  }

  @Test
  void keepsTheOtherSessionsOfTheAccountWhenOneIsStolen() {
    String email = newEmail();
    Answer stolen = api.register(email);
    Answer other = api.login(email, PASSWORD);
    api.refresh(token(api.refresh(token(stolen))));

    assertReused(token(stolen));

    assertThat(api.me(other.text("access_token")).status()).isEqualTo(200);
    assertThat(api.refresh(token(other)).status()).isEqualTo(200);
  }

  @Test
  void endsTheSessionWhenThiefAndVictimAlternate() {
    String thief = first;
    String victim = first;
    int turns = 0;
    boolean ended = false;
    while (!ended && turns < 10) {
      Answer byThief = api.refresh(thief);
      Answer byVictim = api.refresh(victim);
      thief = byThief.status() == 200 ? token(byThief) : thief;
      victim = byVictim.status() == 200 ? token(byVictim) : victim;
      // The thief refreshes once more; the victim continues with its own token.
      Answer alone = api.refresh(thief);
      thief = alone.status() == 200 ? token(alone) : thief;
      ended = SERVICE.value("SELECT ended_at FROM session WHERE id = ?", id) != null;
      turns++;
    }

    assertThat(turns).isLessThanOrEqualTo(3);
    assertThat(api.refresh(thief).code()).isEqualTo("session_ended");
    assertThat(api.refresh(victim).code()).isEqualTo("session_ended");
  }

  @Test
  void refusesForgedTokensWithoutAQuery() {
    String[] parts = first.split("\\.", -1);
    List<String> forged =
        new ArrayList<>(List.of("", "x", ".....", "1.k1.x.0.x.x", "ü".repeat(90)));
    for (int part = 0; part < parts.length; part++) {
      String[] changed = parts.clone();
      char last = changed[part].charAt(changed[part].length() - 1);
      changed[part] =
          changed[part].substring(0, changed[part].length() - 1) + (last == 'A' ? 'Q' : 'A');
      forged.add(String.join(".", changed));
    }
    forged.add("1.k1." + parts[2] + ".1." + parts[4] + "." + parts[5]);
    forged.add(first + "A");
    forged.add("x".repeat(60_000));
    long before = SERVICE.statements("dev.warmgate.session.");

    for (String token : forged) {
      Answer refused = api.refresh(token);
      assertThat(refused.status()).as(token).isEqualTo(401);
      assertThat(refused.code()).as(token).isEqualTo("invalid_refresh_token");
    }

    assertThat(SERVICE.statements("dev.warmgate.session.")).isEqualTo(before);
    assertThat(api.refresh(first).status()).isEqualTo(200);
    assertThat(SERVICE.statements("dev.warmgate.session."))
        .as("statements are counted")
        .isEqualTo(before + 1);
  }

  @Test
  void refusesTheAccessTokenAsARefreshToken() {
    assertThat(api.refresh(session.text("access_token")).code()).isEqualTo("invalid_refresh_token");
    assertThat(api.me(first).code()).isEqualTo("invalid_token");
  }

  @Test
  void endsAnIdleSession() {
    SERVICE.sql("UPDATE session SET idle_expires_at = now() - INTERVAL '1 s' WHERE id = ?", id);

    assertThat(api.refresh(first).code()).isEqualTo("session_ended");
  }

  @Test
  void endsASessionAfterItsAbsoluteLifetime() {
    // Its access token is not cached yet, unlike that of a login.
    Answer rotated = api.refresh(first);
    SERVICE.sql("UPDATE session SET expires_at = now() - INTERVAL '1 s' WHERE id = ?", id);

    assertThat(api.refresh(rotated.text("refresh_token")).code()).isEqualTo("session_ended");
    assertThat(api.me(rotated.text("access_token")).code()).isEqualTo("session_ended");
  }

  @Test
  void extendsTheIdleLifetimeButNotTheAbsoluteOne() {
    SERVICE.sql(
        "UPDATE session SET idle_expires_at = now() + INTERVAL '1 h',"
            + " expires_at = now() + INTERVAL '30 d' WHERE id = ?",
        id);
    api.refresh(first);

    assertThat(
            SERVICE.value(
                "SELECT idle_expires_at > now() + INTERVAL '13 d 23 h'"
                    + " AND expires_at < now() + INTERVAL '30 d' FROM session WHERE id = ?",
                id))
        .isEqualTo("t");
  }

  @Test
  void refusesASessionThatHasEnded() {
    api.send(api.request("POST", "/api/v1/auth/logout", session.text("access_token"), null));

    assertThat(api.refresh(first).code()).isEqualTo("session_ended");
  }

  @Test
  void refusesTheSessionOfADisabledAccount() {
    SERVICE.sql(
        "UPDATE account SET disabled_at = now() FROM session"
            + " WHERE account.id = account_id AND session.id = ?",
        id);

    assertThat(api.refresh(first).code()).isEqualTo("session_ended");
    assertThat(counter()).isEqualTo("0");
  }

  @Test
  void doesNotEndASessionAfterADatabaseWasRestored() {
    String third = token(api.refresh(token(api.refresh(first))));
    SERVICE.sql("UPDATE session SET counter = 1 WHERE id = ?", id);

    assertThat(api.refresh(third).code()).isEqualTo("invalid_refresh_token");
    assertThat(SERVICE.value("SELECT ended_at FROM session WHERE id = ?", id)).isNull();
  }

  private void assertReused(String token) {
    Answer refused = api.refresh(token);

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo("refresh_token_reused");
  }

  private String counter() {
    return SERVICE.value("SELECT counter FROM session WHERE id = ?", id);
  }

  private static String token(Answer pair) {
    return pair.text("refresh_token");
  }
}
