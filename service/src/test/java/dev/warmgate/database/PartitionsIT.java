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

/** Checks that partitions are made in advance and dropped when they have expired. */
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
  void areMadeFromYesterdayToTheComingDays() throws SQLException {
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
  void areDroppedOneByOneWhenTheyAreOldEnough() throws SQLException {
    sql("SELECT make_partitions_around(now() - INTERVAL '30 days')");
    long tenDays = 10 * 24 * 3600;

    int dropped = 0;
    while (partitions.dropOldest("revocation", tenDays) == 1) {
      dropped++;
    }
    assertThat(dropped).isEqualTo(5);
    assertThat(count("revocation")).isEqualTo("5");
  }

  /** An attacker who controls the service cannot delete the recent audit trail. */
  @Test
  void areNotDroppedBeforeTheirLeastAge() throws SQLException {
    while (partitions.dropOldest("audit_event", -1_000_000_000) == 1) {
      // The partition of last month may be dropped.
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
  void keepPendingDeliveries() throws SQLException {
    sql("SELECT make_partitions_around(now() - INTERVAL '30 days')");
    sql(DELIVERY.formatted(30, "now()"));
    sql(DELIVERY.formatted(29, "NULL"));

    int dropped = 0;
    while (partitions.dropOldest("webhook_delivery", 3600) == 1) {
      dropped++;
    }
    assertThat(dropped)
        .as("all old partitions but the one with a pending delivery")
        .isGreaterThanOrEqualTo(4);
    assertThat(ask("SELECT count(*) FROM webhook_delivery WHERE next_attempt_at IS NOT NULL"))
        .isEqualTo("1");
    assertThat(ask("SELECT count(*) FROM webhook_delivery WHERE next_attempt_at IS NULL"))
        .isEqualTo("0");
  }

  @Test
  void keepEventsThatAreNotYetDeliveredToWebhooks() throws SQLException {
    sql("SELECT make_partitions_around(now() - INTERVAL '1000 days')");
    sql(DELIVERY.formatted(0, "NULL"));
    sql(
        "INSERT INTO audit_event (occurred_at, event, actor)"
            + " VALUES (now() - INTERVAL '1000 days', 'user.registered', 'system')");

    while (partitions.dropOldest("audit_event", 3600) == 1) {
      // All partitions but one are dropped.
    }
    assertThat(ask("SELECT count(*) FROM audit_event")).isEqualTo("1");

    sql("UPDATE webhook_horizon SET xid = pg_snapshot_xmax(pg_current_snapshot())");
    assertThat(partitions.dropOldest("audit_event", 3600))
        .as("after the event was handed to the webhooks")
        .isEqualTo(1);
  }

  /** A drop needs an exclusive lock, and every statement that arrives while it waits queues up. */
  @Test
  void areNotDroppedWhileTheyAreRead() throws SQLException {
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
