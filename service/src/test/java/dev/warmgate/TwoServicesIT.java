package dev.warmgate;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.signingkey.SigningKeys;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Starts two replicas at the same time on an empty database. */
final class TwoServicesIT {
  private static final List<RunningService> SERVICES = twoOn(Dependencies.newDatabaseUrl());

  private static List<RunningService> twoOn(String database) {
    return List.of(
        new RunningService().withManyConnections().with("database.url", database),
        new RunningService().withManyConnections().with("database.url", database));
  }

  @BeforeAll
  static void startBothAtOnce() throws Exception {
    Parallel.run(
        2,
        i -> {
          try {
            SERVICES.get(i).start();
            return i;
          } catch (Exception failed) {
            throw new IllegalStateException(failed);
          }
        });
  }

  @AfterAll
  static void stop() {
    SERVICES.forEach(RunningService::stop);
  }

  private final ApiClient one = SERVICES.getFirst().api();
  private final ApiClient other = SERVICES.getLast().api();

  @Test
  void agreeOnOneSigningKey() {
    assertThat(SERVICES.getFirst().value("SELECT count(*) FROM signing_key")).isEqualTo("1");
    assertSameKeys();
  }

  @Test
  void agreeOnOneSigningKeyWhenTheyLoadAtTheSameTime() throws Exception {
    for (int round = 0; round < 15; round++) {
      SERVICES.getFirst().sql("DELETE FROM signing_key");
      Parallel.run(
          2,
          i -> {
            ((SigningKeys) SERVICES.get(i).healthCheck("signing-keys")).load();
            return i;
          });

      assertThat(SERVICES.getFirst().value("SELECT count(*) FROM signing_key")).isEqualTo("1");
    }
    assertSameKeys();
  }

  @Test
  void acceptEachOthersTokens() {
    Answer here = one.register(newEmail());
    Answer there = other.register(newEmail());

    assertThat(other.me(here.text("access_token")).status()).isEqualTo(200);
    assertThat(one.me(there.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void shareAccountsAndSessions() throws Exception {
    String email = newEmail();
    Answer session = one.register(email);
    assertThat(other.register(email).code()).isEqualTo("email_taken");
    assertThat(other.login(email, PASSWORD).status()).isEqualTo(200);

    Answer refreshed = other.refresh(session.text("refresh_token"));
    assertThat(refreshed.status()).isEqualTo(200);
    Answer again = one.refresh(session.text("refresh_token"));
    assertThat(again.text("refresh_token"))
        .as("the successor does not depend on the replica that made it")
        .isEqualTo(refreshed.text("refresh_token"));

    String token = refreshed.text("access_token");
    assertThat(one.send(one.request("POST", "/api/v1/auth/logout", token, null)).status())
        .isEqualTo(204);
    // The other replica may trust its cached token until it reads the logout.
    Eventually.within(Duration.ofSeconds(10), () -> other.me(token).code().equals("session_ended"));
  }

  @Test
  void refuseTheTokensOfAnAccountThatOneOfThemDisabled() throws Exception {
    String disabled = one.register(newEmail()).text("access_token");
    String id = other.me(disabled).text("account_id");
    assertThat(one.me(disabled).status()).isEqualTo(200);
    String email = newEmail();
    one.register(email);
    String token = AdminAccount.promote(SERVICES.getFirst(), one, email).text("access_token");
    String path = "/api/v1/admin/accounts/" + id + "/disable";

    assertThat(one.send(one.request("POST", path, token, null)).status()).isEqualTo(204);
    assertThat(one.me(disabled).code()).isEqualTo("session_ended");
    Eventually.within(
        Duration.ofSeconds(10), () -> other.me(disabled).code().equals("session_ended"));
  }

  @Test
  void rotateARefreshTokenOnlyOnceBetweenThem() throws Exception {
    Answer session = one.register(newEmail());
    List<Answer> answers =
        Parallel.run(20, i -> (i % 2 == 0 ? one : other).refresh(session.text("refresh_token")));

    assertThat(answers).extracting(Answer::status).containsOnly(200);
    assertThat(answers.stream().map(answer -> answer.text("refresh_token")).distinct()).hasSize(1);
  }

  @Test
  void createOneAccountForConcurrentRegistrations() throws Exception {
    String email = newEmail();
    List<Answer> answers = Parallel.run(4, i -> (i % 2 == 0 ? one : other).register(email));

    assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(201, 409, 409, 409);
  }

  private void assertSameKeys() {
    Answer keys = one.get("/api/v1/auth/jwks.json");

    assertThat(keys.body().path("keys")).hasSize(1);
    assertThat(other.get("/api/v1/auth/jwks.json").body()).isEqualTo(keys.body());
  }
}
