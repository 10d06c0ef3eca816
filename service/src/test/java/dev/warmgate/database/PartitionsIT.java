package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.OtherProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Partitions are there before they are needed, and go when nobody can need them any more. */
final class PartitionsIT {
  private static final String DELIVERY =
      "WITH hook AS (INSERT INTO webhook (id, url, encrypted_secret, encryption_key_id)"
          + " VALUES (gen_random_uuid(), 'https://example.com', '', 'k1') RETURNING id)"
          + " INSERT INTO webhook_delivery (webhook_id, event_id, occurred_at, next_attempt_at)"
          + " SELECT id, 1, now() - INTERVAL '%d days', %s FROM hook";

  private final String url = Dependencies.newDatabaseUrl();
  private final OtherProcess service = new OtherProcess(url);
  private final PartitionDao partitions = service.foundation().database().dao(PartitionDao.class);

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void areThereFromYesterdayOnForTheDaysToCome() throws SQLException {
    assertThat(partitions.make()).isZero();
    for (String table : new String[] {"revocation", "webhook_delivery"}) {
      assertThat(count(table)).as(table).isEqualTo("5");
    }
    assertThat(count("audit_event")).isEqualTo("5");

    sql("DROP TABLE " + ask("SELECT partition_name('revocation', CURRENT_DATE + 2)"));
    assertThat(partitions.make()).isEqualTo(1);
    assertThat(count("revocation")).isEqualTo("5");
  }

  @Test
  void goOneByOneOnceTheyAreOldEnough() throws SQLException {
    sql("SELECT make_partitions_around(now() - INTERVAL '30 days')");
    long tenDays = 10 * 24 * 3600;

    int dropped = 0;
    while (partitions.dropOldest("revocation", tenDays) == 1) {
      dropped++;
    }
    assertThat(dropped).isEqualTo(5);
    assertThat(count("revocation")).isEqualTo("5");
  }

  /** Also if the service has been taken over: it can ask, but not for the trail of today. */
  @Test
  void stayWhileTheyAreYoungWhateverAgeIsAskedFor() throws SQLException {
    while (partitions.dropOldest("audit_event", -1_000_000_000) == 1) {
      // The one of the month before may go.
    }
    assertThat(
            ask(
                "SELECT to_regclass(partition_name('audit_event', date_trunc('month', now() AT TIME ZONE 'UTC')))"))
        .isNotNull();
    assertThatThrownBy(() -> partitions.dropOldest("account", 0)).isNotNull();
    assertThatThrownBy(() -> partitions.dropOldest("audit_event; DROP TABLE account", 0))
        .isNotNull();
  }

  @Test
  void keepDeliveriesThatAreStillToBeMade() throws SQLException {
    sql("SELECT make_partitions_around(now() - INTERVAL '30 days')");
    sql(DELIVERY.formatted(30, "now()"));
    sql(DELIVERY.formatted(29, "NULL"));

    int dropped = 0;
    while (partitions.dropOldest("webhook_delivery", 3600) == 1) {
      dropped++;
    }
    assertThat(dropped)
        .as("all of then but the one with what is pending")
        .isGreaterThanOrEqualTo(4);
    assertThat(ask("SELECT count(*) FROM webhook_delivery WHERE next_attempt_at IS NOT NULL"))
        .isEqualTo("1");
    assertThat(ask("SELECT count(*) FROM webhook_delivery WHERE next_attempt_at IS NULL"))
        .isEqualTo("0");
  }

  @Test
  void keepEventsThatNoWebhookHasBeenToldOf() throws SQLException {
    sql("SELECT make_partitions_around(now() - INTERVAL '1000 days')");
    sql(DELIVERY.formatted(0, "NULL"));
    sql(
        "INSERT INTO audit_event (occurred_at, event, actor)"
            + " VALUES (now() - INTERVAL '1000 days', 'user.registered', 'system')");

    while (partitions.dropOldest("audit_event", 3600) == 1) {
      // All but one.
    }
    assertThat(ask("SELECT count(*) FROM audit_event")).isEqualTo("1");

    sql("UPDATE webhook_horizon SET xid = pg_snapshot_xmax(pg_current_snapshot())");
    assertThat(partitions.dropOldest("audit_event", 3600)).as("told by now").isEqualTo(1);
  }

  /** A drop locks everybody out: it must not queue for long, with all others behind it. */
  @Test
  void areNotDroppedWhileSomebodyReadsThem() throws SQLException {
    sql("SELECT make_partitions_around(now() - INTERVAL '30 days')");
    try (Connection reader = Dependencies.asSuperuser(url);
        Statement reading = reader.createStatement()) {
      reader.setAutoCommit(false);
      reading.execute("SELECT count(*) FROM revocation");

      assertThat(partitions.dropOldest("revocation", 3600)).isZero();
      reader.rollback();
    }
    assertThat(partitions.dropOldest("revocation", 3600)).isEqualTo(1);
  }

  private String count(String table) throws SQLException {
    return ask("SELECT count(*) FROM pg_inherits WHERE inhparent = '" + table + "'::regclass");
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = Dependencies.asSuperuser(url);
        Statement execution = connection.createStatement()) {
      execution.execute(statement);
    }
  }

  private String ask(String query) throws SQLException {
    try (Connection connection = Dependencies.asSuperuser(url);
        Statement execution = connection.createStatement();
        ResultSet rows = execution.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
