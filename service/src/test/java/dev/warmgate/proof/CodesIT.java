package dev.warmgate.proof;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With limits, and as many client addresses as a guesser could want. */
final class CodesIT {
  private static final AtomicInteger ADDRESSES = new AtomicInteger();
  private static final int GUESSES = 7;
  private static final String NEW_PASSWORD = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService().withManyConnections())
          .with("switches.rate_limits", "true")
          .with("trusted_proxies", "127.0.0.0/8")
          .with("database.answer_timeout", "5s");

  private final String email = newEmail();

  CodesIT() {
    fromElsewhere().register(email);
  }

  /** Returns a client with another address each time. */
  private static ApiClient fromElsewhere() {
    int next = ADDRESSES.incrementAndGet();
    return SERVICE.api().from("10.1." + next / 250 + "." + (next % 250 + 1));
  }

  @Test
  void canBeTriedFiveTimesAndLeaveTheirLinkAlive() {
    forgot();
    Mailed mail = newest();

    for (int i = 0; i < Codes.MOST_FAILURES; i++) {
      assertThat(reset(mail.requestId(), mail.wrongCode()).code()).isEqualTo("invalid_proof");
    }

    assertThat(reset(mail.requestId(), mail.code()).code()).isEqualTo("invalid_proof");
    assertThat(byLink(mail).status()).isEqualTo(200);
  }

  @Test
  void areNotGuessedInParallel() throws Exception {
    forgot();
    Mailed mail = newest();

    List<Integer> _ = Parallel.run(16, _ -> reset(mail.requestId(), mail.wrongCode()).status());

    assertThat(SERVICE.value("SELECT code_failures FROM proof WHERE id = ?", mail.requestId()))
        .isEqualTo("5");
  }

  @Test
  void areWrongTenTimesADayForAnAccountAtMost() {
    for (int request = 0; request < 2; request++) {
      forgot();
      Mailed mail = newest();
      for (int i = 0; i < Codes.MOST_FAILURES; i++) {
        assertThat(reset(mail.requestId(), mail.wrongCode()).status()).isEqualTo(403);
      }
    }
    forgot();
    Mailed mail = newest();

    Answer blocked = reset(mail.requestId(), mail.code());

    assertThat(blocked.status()).isEqualTo(429);
    assertThat(Duration.ofSeconds(Integer.parseInt(blocked.header("Retry-After"))))
        .as("until the day after the first one has passed")
        .isBetween(Duration.ofHours(23), Duration.ofHours(24));
    assertThat(byLink(mail).status()).as("links are not affected").isEqualTo(200);
  }

  @Test
  void costTheAccountNothingWithoutItsRequest() {
    forgot();
    Mailed mail = newest();

    for (int i = 0; i < 20; i++) {
      assertThat(reset(UUID.randomUUID(), mail.wrongCode()).code()).isEqualTo("invalid_proof");
    }

    assertThat(reset(mail.requestId(), mail.code()).status()).isEqualTo(200);
  }

  @Test
  void areAsGoodWithSpaces() {
    forgot();
    Mailed mail = newest();

    String spaced = mail.code().substring(0, 3) + " " + mail.code().substring(3);
    assertThat(reset(mail.requestId(), spaced).status()).isEqualTo(200);
  }

  @Test
  void endBeforeTheirLink() {
    forgot();
    Mailed mail = newest();
    SERVICE.sql("UPDATE proof SET code_expires_at = now() WHERE id = ?", mail.requestId());

    assertThat(reset(mail.requestId(), mail.code()).code()).isEqualTo("invalid_proof");
    assertThat(byLink(mail).status()).isEqualTo(200);
  }

  @Test
  void endWithTheKeyThatTheyWereComputedWith() {
    forgot();
    Mailed mail = newest();
    SERVICE.sql("UPDATE proof SET key_id = 'dropped' WHERE id = ?", mail.requestId());

    assertThat(reset(mail.requestId(), mail.code()).code()).isEqualTo("invalid_proof");
    assertThat(byLink(mail).status()).isEqualTo(200);
  }

  @Test
  void ofOlderMailsAreDead() {
    forgot();
    Mailed first = newest();
    forgot();
    Mailed second = newest();

    assertThat(reset(first.requestId(), first.code()).code()).isEqualTo("invalid_proof");
    assertThat(reset(second.requestId(), second.code()).status()).isEqualTo(200);
  }

  @Test
  void countOnlyWhatWasComparedAgainstTheAccount() throws Exception {
    forgot();
    Mailed mail = newest();
    try (Connection connection = SERVICE.connection()) {
      connection.setAutoCommit(false);
      connection
          .createStatement()
          .execute("SELECT FROM proof WHERE id = '" + mail.requestId() + "' FOR UPDATE");
      List<CompletableFuture<Answer>> guesses =
          Stream.generate(() ->
                  CompletableFuture.supplyAsync(
                      () -> reset(mail.requestId(), mail.wrongCode()), Thread::startVirtualThread))
              .limit(GUESSES)
              .toList();
      Eventually.within(
          Duration.ofSeconds(20),
          () ->
              SERVICE
                  .value("SELECT count(*) FROM pg_locks WHERE NOT granted")
                  .equals(Integer.toString(GUESSES)));
      connection.commit();
      for (CompletableFuture<Answer> guess : guesses) {
        assertThat(guess.get().status()).isEqualTo(403);
      }
    }
    forgot();
    Mailed next = newest();
    for (int i = 0; i < Codes.MOST_FAILURES; i++) {
      assertThat(reset(next.requestId(), next.wrongCode()).status())
          .as("five were compared before, and %s since", i)
          .isEqualTo(403);
    }
  }

  /** Asks without the back-off, which other tests are about. */
  private void forgot() {
    SERVICE.sql("DELETE FROM proof_request WHERE email_key = ?", email);
    assertThat(forgotAtOnce().status()).isEqualTo(202);
  }

  private Answer forgotAtOnce() {
    return fromElsewhere().post("/api/v1/auth/forgot", Map.of("email", email));
  }

  private Mailed newest() {
    return Mailed.newest(SERVICE, email, "reset");
  }

  private static Answer reset(UUID request, String code) {
    return fromElsewhere()
        .post(
            "/api/v1/auth/reset",
            Map.of("request_id", request, "code", code, "password", NEW_PASSWORD));
  }

  private static Answer byLink(Mailed mail) {
    return fromElsewhere()
        .post("/api/v1/auth/reset", Map.of("token", mail.token(), "password", NEW_PASSWORD));
  }
}
