package dev.warmgate.proof;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks how often mails of a kind go to an address, and whom a stranger can hold back. */
final class MailBackOffIT {
  private static final AtomicInteger ADDRESSES = new AtomicInteger();
  private static final String NEW_PASSWORD = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService().withManyConnections())
          .with("switches.rate_limits", "true")
          .with("trusted_proxies", "127.0.0.0/8")
          .with("database.answer_timeout", "5s");

  private final String email = newEmail();

  MailBackOffIT() {
    fromElsewhere().register(email);
  }

  /** Returns a client with another address each time. */
  private static ApiClient fromElsewhere() {
    int next = ADDRESSES.incrementAndGet();
    return SERVICE.api().from("10.1." + next / 250 + "." + (next % 250 + 1));
  }

  @Test
  void comeWithMailsThatAreMoreAndMoreRareButNeverEnd() {
    int[] minutes = {1, 2, 5, 15, 15};
    assertThat(forgotAtOnce().status()).isEqualTo(202);
    for (int wait : minutes) {
      Answer early = forgotAtOnce();
      assertThat(early.status()).isEqualTo(429);
      assertThat(Duration.ofSeconds(Integer.parseInt(early.header("Retry-After"))))
          .isBetween(Duration.ofSeconds(wait * 60L - 20), Duration.ofMinutes(wait));
      SERVICE.sql(
          "UPDATE proof_request SET asked_at = asked_at - ? * INTERVAL '1 min'"
              + " WHERE email_key = ?",
          wait,
          email);
      assertThat(forgotAtOnce().status()).as("after %s minutes", wait).isEqualTo(202);
    }
    SERVICE.sql(
        "UPDATE proof_request SET asked_at = asked_at - INTERVAL '25 h' WHERE email_key = ?",
        email);
    assertThat(forgotAtOnce().status()).isEqualTo(202);
    assertThat(Integer.parseInt(forgotAtOnce().header("Retry-After")))
        .as("it has worn off")
        .isLessThanOrEqualTo(60);
  }

  @Test
  void areAskedForOnceByManyConcurrentRequests() throws Exception {
    List<Integer> statuses = Parallel.run(8, _ -> forgotAtOnce().status());

    assertThat(statuses).containsOnlyOnce(202).containsOnly(202, 429);
    assertThat(Mailed.count(SERVICE, email, "reset")).isEqualTo(1);
  }

  @Test
  void ofAChangeOfAddressWaitForTheAccountThatAsks() {
    String access = proven(email);
    String wanted = newEmail();
    assertThat(change(access, newEmail()).status()).isEqualTo(202);
    assertThat(change(access, wanted).status()).isEqualTo(429);
    String id = SERVICE.value("SELECT id FROM account WHERE email = ?", email);

    SERVICE.sql(
        "UPDATE proof_request SET asked_at = asked_at - INTERVAL '1 min' WHERE email_key = ?", id);

    assertThat(change(access, wanted).status()).isEqualTo(202);
  }

  @Test
  void ofAChangeOfAddressAreNotSilencedByAStranger() {
    String stranger = newEmail();
    fromElsewhere().register(stranger);
    String wanted = newEmail();
    assertThat(change(proven(stranger), wanted).status()).isEqualTo(202);

    assertThat(change(proven(email), wanted).status()).isEqualTo(202);
  }

  @Test
  void areNotHeldBackByAClockThatWasAhead() {
    forgot();
    Mailed first = newest();
    SERVICE.sql(
        "UPDATE proof SET created_at = now() + INTERVAL '30 days' WHERE id = ?", first.requestId());
    SERVICE.sql(
        "UPDATE proof_request SET asked_at = now() + INTERVAL '30 days', times = 4"
            + " WHERE email_key = ?",
        email);

    assertThat(forgotAtOnce().status()).isEqualTo(202);
    assertThat(Integer.parseInt(forgotAtOnce().header("Retry-After"))).isBetween(1, 60);
    Mailed second = newest();
    assertThat(reset(first.requestId(), first.code()).code()).isEqualTo("invalid_proof");
    assertThat(reset(second.requestId(), second.code()).status()).isEqualTo(200);
  }

  @Test
  void thatAdminsAskForHaveABackOffOfTheirOwn() {
    String admin = AdminAccount.token(SERVICE);
    String id = SERVICE.value("SELECT id FROM account WHERE email = ?", email);
    forgot();

    assertThat(startReset(admin, id).status()).isEqualTo(204);
    assertThat(startReset(admin, id).status()).isEqualTo(429);
    assertThat(Mailed.count(SERVICE, email, "reset")).isEqualTo(2);
  }

  private static Answer startReset(String admin, String id) {
    return SERVICE.api().post("/api/v1/admin/accounts/" + id + "/reset", admin, Map.of());
  }

  private static String proven(String address) {
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", address);
    return fromElsewhere().login(address, PASSWORD).text("access_token");
  }

  private static Answer change(String access, String wanted) {
    return fromElsewhere().post("/api/v1/auth/email", access, Map.of("email", wanted));
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
}
