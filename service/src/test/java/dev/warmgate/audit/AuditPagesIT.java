package dev.warmgate.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.page.Before;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Plan;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that a page of the audit trail is found by an index and in the order of time. */
final class AuditPagesIT {
  private static final int EVENTS = 100_000;
  private static final int ACCOUNTS = 5_000;
  private static final int REQUESTS = 100;

  /** PostgreSQL publishes the statistics of an idle connection after ten seconds. */
  private static final Duration PUBLISHED = Duration.ofSeconds(60);

  /** A full page with an event on each page of the table, and the levels of some indexes. */
  private static final int FEW_PAGES = 100;

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private static UUID account;
  private static Instant middle;

  @BeforeAll
  static void grow() {
    SERVICE.sql(
        "INSERT INTO audit_event (occurred_at, event, actor, account_id, request_id)"
            + " SELECT now() - INTERVAL '26 d' * (1 - n / ?::float),"
            + " CASE WHEN n % 1000 = 0 THEN 'account.disabled' ELSE 'session.started' END,"
            + " 'system', md5('account ' || n % ?)::uuid, 'grown'"
            + " FROM generate_series(1, ?) n",
        EVENTS, ACCOUNTS, EVENTS);
    SERVICE.sql("VACUUM ANALYZE audit_event");
    account = UUID.fromString(SERVICE.value("SELECT md5('account 4711')::uuid"));
    middle =
        Instant.parse(
            SERVICE.value(
                "SELECT to_char(now() AT TIME ZONE 'UTC' - INTERVAL '13 d',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"));
  }

  @Test
  void areFoundByAnIndex() throws Exception {
    assertThat(pages(Map.of())).as("the newest").isLessThan(FEW_PAGES);
    assertThat(pages(Map.of("accountId", account))).as("an account").isLessThan(FEW_PAGES);
    assertThat(pages(Map.of("event", "account.disabled"))).as("a rare event").isLessThan(FEW_PAGES);
    assertThat(pages(Map.of("event", "session.started")))
        .as("a frequent event")
        .isLessThan(FEW_PAGES);
    assertThat(pages(Map.of("until", Timestamp.from(middle))))
        .as("a past time")
        .isLessThan(FEW_PAGES);
    assertThat(pages(Map.of("time", Timestamp.from(middle), "before", EVENTS / 2L)))
        .as("a later page")
        .isLessThan(FEW_PAGES);
  }

  /** After five times PostgreSQL may keep a plan for any values, which would read every event. */
  @Test
  @Tag("full")
  void arePlannedForTheirValuesEveryTime() throws Exception {
    String admin = AdminAccount.token(SERVICE);
    long before = read();
    for (int i = 0; i < REQUESTS; i++) {
      String query = i % 2 == 0 ? "event=account.disabled" : "account=" + account;
      assertThat(SERVICE.api().get("/api/v1/audit?" + query, admin).body().path("events").size())
          .isGreaterThanOrEqualTo(EVENTS / ACCOUNTS);
    }
    int least = REQUESTS / 2 * (50 + EVENTS / ACCOUNTS);
    Eventually.within(PUBLISHED, () -> read() - before >= least);
    assertThat(read() - before).isLessThan(2L * least);
  }

  private static long read() {
    return Long.parseLong(
        SERVICE.value(
            "SELECT sum(COALESCE(seq_tup_read, 0) + COALESCE(idx_tup_fetch, 0))"
                + " FROM pg_stat_user_tables WHERE relname LIKE 'audit_event%'"));
  }

  /** A refusal is written after what happened later, and so has a higher id. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void areInTheOrderOfTimeWhateverTheIds(int limit) {
    String admin = AdminAccount.token(SERVICE);
    UUID whose = UUID.randomUUID();
    for (int minute : List.of(30, 10, 20, 10, 40)) {
      SERVICE.sql(
          "INSERT INTO audit_event (occurred_at, event, actor, account_id)"
              + " VALUES (now() - ? * INTERVAL '1 min', 'login.failed', 'anonymous', ?)",
          minute,
          whose);
    }

    List<String> times = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    String before = "";
    while (!before.equals("null")) {
      JsonNode page =
          SERVICE
              .api()
              .get("/api/v1/audit?account=" + whose + "&limit=" + limit + before, admin)
              .body();
      page.path("events").forEach(event -> times.add(event.path("occurred_at").asText()));
      page.path("events").forEach(event -> ids.add(event.path("id").asLong()));
      JsonNode next = page.path("next_before");
      before = next.isNull() ? "null" : "&before=" + next.asText();
    }
    assertThat(ids).hasSize(5).doesNotHaveDuplicates();
    assertThat(times.stream().map(Instant::parse).toList())
        .isSortedAccordingTo((one, other) -> other.compareTo(one));
  }

  @Test
  void areEmptyBeforeTheFirstEvent() {
    String admin = AdminAccount.token(SERVICE);
    assertThat(SERVICE.api().get("/api/v1/audit?before=0", admin).body().path("events")).isEmpty();
  }

  private static int pages(Map<String, Object> given) throws Exception {
    Map<String, Object> values = new HashMap<>();
    values.put("time", Timestamp.from(AuditQuery.FOREVER));
    values.put("before", Before.NEWEST);
    values.put("since", Timestamp.from(Instant.EPOCH));
    values.put("until", Timestamp.from(AuditQuery.FOREVER));
    values.put("limit", 50);
    values.putAll(given);
    try (Connection connection = SERVICE.connection()) {
      Plan page = Plan.of(AuditDao.class, "read");
      page.run(connection, values);
      JsonNode plan = page.run(connection, values);
      assertThat(plan.path("Actual Rows").asInt()).isPositive();
      return Plan.pages(plan);
    }
  }
}
