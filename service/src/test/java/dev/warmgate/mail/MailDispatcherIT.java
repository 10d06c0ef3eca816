package dev.warmgate.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.ScriptedSmtp;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the sending of queued mails to a mail server that is away, refuses, hangs or is slow. */
final class MailDispatcherIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 3;
  private static final Pattern MESSAGE_ID = Pattern.compile("(?m)^Message-ID: <([^@]+)@");

  private static final ScriptedSmtp SERVER = new ScriptedSmtp();

  @RegisterExtension static final RunningService SERVICE = service();

  private static RunningService service() {
    return new RunningService()
        .with("mail.url", SERVER.url())
        .with("mail.from", "Example <no-reply@example.org>")
        .with("mail.connect_timeout", "500ms")
        .with("mail.answer_timeout", "500ms")
        .with("mail.timeout", "2s")
        .with("mail.attempts", Integer.toString(ATTEMPTS))
        .with("mail.backoff", "50ms")
        .with("mail.max_backoff", "100ms")
        .with("mail.interval", "100ms");
  }

  private final ApiClient api = SERVICE.api();
  private final String address = ApiClient.newEmail();

  @BeforeEach
  void start() {
    SERVER.mails().clear();
    SERVER.commands().clear();
    SERVER.answer(_ -> null).start();
  }

  @AfterEach
  void stop() throws Exception {
    SERVER.answer(_ -> null);
    Eventually.within(SOON, () -> count("next_attempt_at IS NOT NULL") == 0);
    SERVER.stop();
    SERVICE.sql("DELETE FROM mail");
  }

  @Test
  void sendsWhatWasQueuedOnceTheServerIsBack() throws Exception {
    SERVER.stop();
    for (int i = 0; i < 20; i++) {
      queue("password-changed");
    }
    Eventually.within(SOON, () -> count("last_error = 'no connection'") > 0);
    Eventually.within(SOON, () -> pinged().equals("down"));
    assertThat(api.get("/health-check").status()).isEqualTo(200);
    assertThat(api.get("/api/v1/auth/ping").body().path("ready").asBoolean()).isTrue();
    assertThat(count("sent_at IS NOT NULL OR dead_at IS NOT NULL")).isZero();

    SERVER.start();
    Eventually.within(SOON, () -> count("sent_at IS NOT NULL") == 20);

    assertThat(ids()).hasSize(20).doesNotHaveDuplicates();
    // The outage is not the fault of a mail.
    assertThat(count("attempts = 1")).isEqualTo(20);
    Eventually.within(SOON, () -> pinged().equals("up"));
  }

  @Test
  void repeatsARefusedAttemptWithTheSameId() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    SERVER.answer(line ->
        line.startsWith("RCPT") && asked.incrementAndGet() < ATTEMPTS ? "451 4.7.1 later" : null);
    String id = queue("password-changed");
    Eventually.within(SOON, () -> count("sent_at IS NOT NULL") == 1);

    assertThat(asked).hasValue(ATTEMPTS);
    assertThat(ids()).containsExactly(id);
    assertThat(count("attempts = 3 AND last_error IS NULL")).isOne();
  }

  @Test
  void givesUpAfterTheLastAttempt() throws Exception {
    SERVER.answer(line -> line.equals(".") ? "451 4.3.0 later" : null);
    queue("password-changed");
    Eventually.within(SOON, () -> count("dead_at IS NOT NULL") == 1);

    assertThat(count("attempts = 3 AND last_error = '451 4.3.0'")).isOne();
    assertThat(SERVER.mails()).isEmpty();
  }

  @Test
  void endsARefusedMailAndMarksItsAddressUntilItIsReachedAgain() throws Exception {
    String account = account();
    SERVER.answer(line -> line.startsWith("RCPT") ? "550 5.1.1 <" + address + "> unknown" : null);
    queue("password-changed", account);
    Eventually.within(SOON, () -> count("dead_at IS NOT NULL") == 1);

    assertThat(count("attempts = 1 AND last_error = '550 5.1.1'")).isOne();
    String token = AdminAccount.token(SERVICE);
    JsonNode entry = api.get("/api/v1/admin/accounts/" + account, token).body().path("account");
    assertThat(entry.path("undeliverable_at").asText()).isNotBlank();

    SERVER.answer(_ -> null);
    queue("password-changed", account);
    // The admin is told of their second factor, too.
    String reached = "sent_at IS NOT NULL AND account_id = '" + account + "'";
    Eventually.within(SOON, () -> count(reached) == 1);
    entry = api.get("/api/v1/admin/accounts/" + account, token).body().path("account");
    assertThat(entry.has("undeliverable_at")).isFalse();
  }

  @Test
  void doesNotMarkAnAddressForAPolicyOfTheServer() throws Exception {
    String account = account();
    SERVER.answer(line -> line.startsWith("RCPT") ? "550 5.7.1 relaying denied" : null);
    queue("password-changed", account);
    Eventually.within(SOON, () -> count("dead_at IS NOT NULL") == 1);

    assertThat(
            SERVICE.value(
                "SELECT undeliverable_at IS NULL FROM account WHERE id = ?",
                UUID.fromString(account)))
        .isEqualTo("t");
  }

  @Test
  void goesOnAfterAServerThatHungOrHungUp() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    for (String fault : List.of(ScriptedSmtp.SILENCE, ScriptedSmtp.HANG_UP)) {
      // Also ends the connection that the service keeps.
      SERVER.stop();
      broken.set(true);
      SERVER.answer(line -> line.equals("CONNECT") && broken.get() ? fault : null).start();
      String id = queue("password-changed");
      Eventually.within(SOON, () -> pinged().equals("down"));
      assertThat(api.get("/health-check").status()).isEqualTo(200);
      broken.set(false);
      Eventually.within(SOON, () -> ids().contains(id));
    }
  }

  @Test
  void sendsNothingThatRanOutMeanwhile() throws Exception {
    SERVICE.sql(
        "INSERT INTO mail (kind, address, expires_at) VALUES ('reset', ?, now() - INTERVAL '1 s')",
        address);
    Eventually.within(SOON, () -> count("dead_at IS NOT NULL") == 1);

    assertThat(count("last_error = 'ran out unsent'")).isOne();
    assertThat(SERVER.mails()).isEmpty();
  }

  @Test
  void givesUpWhatCannotBeAMail() throws Exception {
    for (String[] mail :
        new String[][] {
          {"reset", "ada@example.com\r\nBcc: eve@example.com"},
          {"reset", "Ada <ada@example.com>"},
          {"reset", "ada@example.com, eve@example.com"},
          {"rest", "ada@example.com"},
        }) {
      SERVICE.sql("INSERT INTO mail (kind, address) VALUES (?, ?)", mail[0], mail[1]);
    }
    SERVICE.sql(
        "INSERT INTO mail (kind, address, request_id, key_id)"
            + " VALUES ('reset', ?, gen_random_uuid(), 'lost')",
        address);
    Eventually.within(SOON, () -> count("dead_at IS NOT NULL") == 5);

    assertThat(SERVER.mails()).isEmpty();
    assertThat(count("last_error = 'secrets.refresh_keys lacks the key lost'")).isOne();
  }

  @Test
  void continuesWhatAKilledReplicaHadBegun() throws Exception {
    SERVICE.sql(
        "INSERT INTO mail (kind, address, attempts, next_attempt_at)"
            + " VALUES ('password-changed', ?, 1, now() + INTERVAL '2 s')",
        address);
    Eventually.within(SOON, () -> count("sent_at IS NOT NULL AND attempts = 2") == 1);

    assertThat(SERVER.mails()).hasSize(1);
  }

  @Test
  void sendsEachMailOnceWithTwoReplicas() throws Exception {
    RunningService other = service().with("database.url", SERVICE.databaseUrl());
    other.start();
    try {
      SERVICE.sql(
          "INSERT INTO mail (kind, address)"
              + " SELECT 'password-changed', ? FROM generate_series(1, 300)",
          address);
      Eventually.within(SOON, () -> count("sent_at IS NOT NULL") == 300);
    } finally {
      other.stop();
    }
    assertThat(ids()).hasSize(300).doesNotHaveDuplicates();
  }

  private String account() {
    api.register(address);
    return SERVICE.value("SELECT id FROM account WHERE email = ?", address);
  }

  private String queue(String kind) {
    return queue(kind, null);
  }

  private String queue(String kind, String account) {
    UUID id = UUID.randomUUID();
    SERVICE.sql(
        "INSERT INTO mail (id, kind, address, account_id) VALUES (?, ?, ?, ?)",
        id,
        kind,
        address,
        account == null ? null : UUID.fromString(account));
    return id.toString();
  }

  private static int count(String condition) {
    return Integer.parseInt(SERVICE.value("SELECT count(*) FROM mail WHERE " + condition));
  }

  private static List<String> ids() {
    return SERVER.mails().stream()
        .map(MESSAGE_ID::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .toList();
  }

  private String pinged() {
    return api.get("/api/v1/auth/ping").body().path("mail").path("status").asText();
  }
}
