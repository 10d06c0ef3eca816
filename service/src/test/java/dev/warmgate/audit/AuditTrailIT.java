package dev.warmgate.audit;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that the audit trail is append-only, expires by month and is readable by admins only. */
final class AuditTrailIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("housekeeping.interval", "200ms");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer first = api.register(email);
  private final String account = SERVICE.value("SELECT id FROM account WHERE email = ?", email);

  @Test
  void isAppendOnly() {
    String partition =
        SERVICE.value(
            "SELECT name FROM time_partition"
                + " WHERE table_name = 'audit_event' AND now() >= begins AND now() < ends");
    for (String change :
        List.of(
            "UPDATE audit_event SET actor = 'nobody'",
            "DELETE FROM audit_event",
            "TRUNCATE audit_event",
            "DELETE FROM " + partition,
            "TRUNCATE " + partition)) {
      assertThatThrownBy(() -> SERVICE.sql(change))
          .as(change)
          .hasRootCauseInstanceOf(SQLException.class)
          .hasMessageContaining("is append-only");
    }
  }

  @Test
  void deletesOnlyMonthsOlderThanTheRetention() throws Exception {
    try (Connection test = SERVICE.connection();
        Statement statement = test.createStatement()) {
      // In one transaction, since housekeeping drops an old partition as soon as it sees one.
      test.setAutoCommit(false);
      for (int days : List.of(300, 400, 500, 900)) {
        statement.execute(
            "SELECT make_partitions_around(now() - INTERVAL '%d days')".formatted(days));
        statement.execute(
            ("INSERT INTO audit_event (occurred_at, event, actor, request_id)"
                    + " VALUES (now() - INTERVAL '%1$d days', 'user.registered', 'system', 'days %1$d')")
                .formatted(days));
      }
      statement.execute(
          "WITH hook AS (INSERT INTO webhook (id, url, events, encrypted_secret, encryption_key_id)"
              + " VALUES (gen_random_uuid(), 'https://example.com', '{}', '', 'k1') RETURNING id)"
              + " INSERT INTO webhook_delivery (webhook_id, event_id, occurred_at, next_attempt_at)"
              + " SELECT hook.id, audit_event.id, occurred_at, now() + INTERVAL '1 h'"
              + " FROM hook, audit_event WHERE request_id = 'days 500'");
      test.commit();
    }
    SERVICE.sql(
        "INSERT INTO session (id, account_id, secret_hash, idle_expires_at, expires_at, ended_at) "
            + "SELECT gen_random_uuid(), ?::uuid, '', now(), now() - days * INTERVAL '1 day', ended "
            + "FROM (VALUES (31, NULL), (-50, now() - INTERVAL '31 days'), (29, NULL), "
            + "(-50, now() - INTERVAL '29 days')) AS ages (days, ended)",
        account);

    Eventually.within(SOON, () -> count("request_id LIKE 'days %'") == 2 && sessions().equals("3"));
    assertThat(count("request_id = 'days 300'")).as("newer than the retention").isEqualTo(1);
    assertThat(count("request_id = 'days 500'")).as("delivery still pending").isEqualTo(1);
  }

  @Test
  void isReadByAdminsPageByPage() {
    api.login(email, PASSWORD);
    api.login(email, PASSWORD);
    String admin = AdminAccount.token(SERVICE);

    List<JsonNode> read = new ArrayList<>();
    String before = "";
    while (!before.equals("null")) {
      JsonNode page = read("?account=" + account + "&limit=2" + before, admin).body();
      page.path("events").forEach(read::add);
      JsonNode next = page.path("next_before");
      before = next.isNull() ? "null" : "&before=" + next.asText();
    }

    assertThat(read)
        .extracting(event -> event.path("event").asText())
        .containsExactly(
            "session.started", "session.started", "session.started", "user.registered");
    assertThat(read)
        .isSortedAccordingTo(
            (one, other) -> Long.compare(other.path("id").asLong(), one.path("id").asLong()));
    JsonNode newest = read.getFirst();
    assertThat(newest.path("actor").asText()).isEqualTo("account:" + account);
    assertThat(newest.path("request_id").asText()).isNotEmpty();
    assertThat(newest.path("details").isObject()).isTrue();
  }

  @Test
  void isFilteredByEventAndTime() {
    String admin = AdminAccount.token(SERVICE);
    String of = "?account=" + account;
    String then =
        SERVICE.value(
            "SELECT to_char(max(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                + " FROM audit_event WHERE account_id = ?::uuid",
            account);

    assertThat(read(of + "&event=user.registered", admin).body().path("events")).hasSize(1);
    assertThat(read(of + "&since=" + then, admin).body().path("events")).isNotEmpty();
    assertThat(read(of + "&until=2020-01-01T00:00:00Z", admin).body().path("events")).isEmpty();
    for (String wrong :
        List.of(
            "event=nothing",
            "limit=0",
            "limit=1000",
            "before=x",
            "account=x",
            "since=now",
            "since=-0001-01-01T00:00:00Z",
            "until=%2B999999999-01-01T00:00:00Z",
            "until=2026-11-28T08:00:00." + "0".repeat(30) + "Z")) {
      assertThat(read("?" + wrong, admin).code()).as(wrong).isEqualTo("validation_failed");
    }
  }

  @Test
  void isForAdminsOnly() {
    assertThat(api.get("/api/v1/audit").status()).isEqualTo(401);
    assertThat(read("", first.text("access_token")).code()).isEqualTo("forbidden");
  }

  private static int count(String condition) {
    return Integer.parseInt(SERVICE.value("SELECT count(*) FROM audit_event WHERE " + condition));
  }

  private String sessions() {
    return SERVICE.value("SELECT count(*) FROM session WHERE account_id = ?::uuid", account);
  }

  private Answer read(String query, String token) {
    return api.get("/api/v1/audit" + query, token);
  }
}
