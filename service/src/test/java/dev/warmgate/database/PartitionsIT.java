package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.problem.ProblemType;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.OtherProcess;
import dev.warmgate.testkit.Plan;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that partitions are made in advance and dropped when they have expired. */
final class PartitionsIT {
  private static final String DELIVERY =
      "WITH hook AS (INSERT INTO webhook (id, url, encrypted_secret, encryption_key_id)"
          + " VALUES (gen_random_uuid(), 'https://example.com', '', 'k1') RETURNING id)"
          + " INSERT INTO webhook_delivery (webhook_id, event_id, occurred_at, next_attempt_at)"
          + " SELECT id, 1, now() - INTERVAL '%d days', %s FROM hook";

  private static final List<String> TABLES =
      List.of("audit_event", "revocation", "webhook_delivery");
  private static final long DAYS_10 = 10 * 24 * 3600;

  private final String url = Dependencies.newDatabaseUrl();
  private final DatabaseUrl jdbc = DatabaseUrl.parse(url);
  private final OtherProcess service = new OtherProcess(url);
  private final PartitionDao partitions = service.foundation().database().dao(PartitionDao.class);

  /** The database is a copy of one that may have been made before midnight. */
  @BeforeEach
  void makeThePartitionsOfToday() throws SQLException {
    for (String table : TABLES) {
      sql(
          "DO $$ DECLARE part regclass; BEGIN"
              + " FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = '%s'::regclass"
                  .formatted(table)
              + " LOOP EXECUTE format('DROP TABLE %s', part); END LOOP; END $$");
    }
    assertThat(partitions.make()).isEqualTo(5 * TABLES.size());
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void areMadeFromThePeriodBeforeToTheNextThree() throws SQLException {
    assertThat(partitions.make()).isZero();
    for (String table : TABLES) {
      assertThat(count(table)).as(table).isEqualTo("5");
    }

    sql("DROP TABLE " + partition(1));
    assertThat(partitions.make()).isEqualTo(1);
    assertThat(count("revocation")).isEqualTo("5");
  }

  @Test
  void areDroppedOneByOneWhenTheyAreOldEnough() throws SQLException {
    for (int days = 20; days < 60; days += 5) {
      sql("SELECT make_partitions_around(now() - INTERVAL '%d days')".formatted(days));
    }
    // With statistics the planner chooses other plans.
    sql("ANALYZE");

    assertThat(dropAll("revocation", DAYS_10)).isEqualTo(40);
    assertThat(count("revocation")).isEqualTo("5");
  }

  @Test
  void stayDroppedWithEveryRetention() throws SQLException {
    for (String table : TABLES) {
      dropAll(table, 0);
    }
    assertThat(partitions.make()).isZero();
  }

  /** Even if an attacker controls the service: its role chooses the age and its own settings. */
  @Test
  void areNotDroppedBeforeTheirLeastAge() throws SQLException {
    try (Connection serving =
            DriverManager.getConnection(jdbc.jdbcUrl(), jdbc.user(), jdbc.password());
        Statement attack = serving.createStatement()) {
      attack.execute("SET TimeZone = '<UTC>-167'");
      attack.execute(
          "CREATE TEMP TABLE partitioned AS SELECT table_name, step, '-9 years'::interval AS least_age FROM public.partitioned");
      attack.execute("SELECT make_partitions()");
      for (String table : TABLES) {
        for (int i = 0; i < 5; i++) {
          attack.execute("SELECT drop_partition('" + table + "', '-9 years')");
        }
      }
    }
    for (String table : TABLES) {
      assertThat(count(table)).as(table).isEqualTo("5");
    }
    assertThatThrownBy(() -> partitions.dropOldest("account", 0)).isNotNull();
  }

  @Test
  void areDroppedOnceBySeveralReplicas() throws Exception {
    for (int days = 20; days < 60; days += 5) {
      sql("SELECT make_partitions_around(now() - INTERVAL '%d days')".formatted(days));
    }
    AtomicInteger dropped = new AtomicInteger();
    List<OtherProcess> replicas = List.of(new OtherProcess(url), new OtherProcess(url), service);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (OtherProcess replica : replicas) {
        PartitionDao dao = replica.foundation().database().dao(PartitionDao.class);
        all.add(
            threads.submit(() -> {
              for (int i = 0; i < 60; i++) {
                dropped.addAndGet(dao.dropOldest("revocation", DAYS_10));
              }
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      replicas.subList(0, 2).forEach(OtherProcess::close);
    }
    dropped.addAndGet(dropAll("revocation", DAYS_10));
    assertThat(dropped).hasValue(40);
  }

  @Test
  void whenMissingAreAnOutage() throws SQLException {
    sql("DROP TABLE " + partition(0));
    assertThatThrownBy(() -> sql("INSERT INTO revocation (kind, ref) VALUES ('key', 'k')"))
        .satisfies(
            failed -> assertThat(Outages.of(failed)).contains(ProblemType.DATABASE_UNAVAILABLE));
    assertThatThrownBy(() ->
            sql(
                "INSERT INTO account (id, email, email_key, password_hash, role)"
                    + " VALUES (gen_random_uuid(), '', '', '', 'king')"))
        .satisfies(failed -> assertThat(Outages.of(failed)).isEmpty());
  }

  @Test
  void keepPendingDeliveries() throws SQLException {
    sql("SELECT make_partitions_around(now() - INTERVAL '30 days')");
    sql(DELIVERY.formatted(30, "now()"));
    sql(DELIVERY.formatted(29, "NULL"));

    assertThat(dropAll("webhook_delivery", 3600))
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

    dropAll("audit_event", 3600);
    assertThat(ask("SELECT count(*) FROM audit_event")).isEqualTo("1");
    String deliveries = count("webhook_delivery");
    sql("SELECT make_partitions_around(now() - INTERVAL '1000 days')");
    dropAll("webhook_delivery", 3600);
    assertThat(count("webhook_delivery"))
        .as("the event's delivery needs its partition")
        .isGreaterThan(deliveries);

    sql("UPDATE webhook_horizon SET xid = pg_snapshot_xmax(pg_current_snapshot())");
    assertThat(partitions.dropOldest("audit_event", 3600))
        .as("after the event was handed to the webhooks")
        .isEqualTo(1);
  }

  /** One that died late is shown to admins as long as any other. */
  @Test
  void keepDeliveriesThatEndedLately() throws SQLException {
    sql("SELECT make_partitions_around(now() - INTERVAL '30 days')");
    sql(DELIVERY.formatted(30, "NULL"));
    sql("UPDATE webhook_delivery SET dead_at = now() - INTERVAL '2 days'");

    dropAll("webhook_delivery", DAYS_10);
    assertThat(ask("SELECT count(*) FROM webhook_delivery")).isEqualTo("1");
    dropAll("webhook_delivery", 24 * 3600);
    assertThat(ask("SELECT count(*) FROM webhook_delivery")).isEqualTo("0");
  }

  /** Reading or deleting its rows would show in the pages that the drop of a full one touches. */
  @Test
  void areDroppedWithoutAScan() throws Exception {
    sql("SELECT make_partitions_around(now() - INTERVAL '400 days')");
    sql(DELIVERY.formatted(0, "NULL"));
    String full =
        "(SELECT begins FROM time_partition WHERE table_name = 'audit_event'"
            + " ORDER BY begins OFFSET 1 LIMIT 1)";
    String partition =
        ask(
            "SELECT name FROM time_partition"
                + " WHERE table_name = 'audit_event' AND begins = "
                + full);
    // Its lock would hold up the drop for longer than the drop waits.
    sql("ALTER TABLE " + partition + " SET (autovacuum_enabled = false)");
    sql(
        "INSERT INTO audit_event (occurred_at, event, actor) SELECT "
            + full
            + " + n * INTERVAL '1 s', 'session.started', 'account:' || gen_random_uuid()"
            + " FROM generate_series(1, 100000) n");
    sql("UPDATE webhook_horizon SET xid = pg_snapshot_xmax(pg_current_snapshot())");
    int pages = Integer.parseInt(ask("SELECT pg_relation_size('" + partition + "') / 8192"));

    try (Connection connection = Dependencies.asSuperuser(url)) {
      Plan drop = Plan.of(PartitionDao.class, "dropOldest");
      Map<String, Object> audit = Map.of("table", "audit_event", "olderThanSeconds", DAYS_10 * 4);
      int ofAnEmptyOne = Plan.pages(drop.run(connection, audit));
      int ofTheFullOne = Plan.pages(drop.run(connection, audit));
      assertThat(ask("SELECT to_regclass('" + partition + "')")).isNull();
      assertThat(pages).isGreaterThan(1000);
      assertThat(ofTheFullOne).isLessThan(ofAnEmptyOne + pages / 10);
    }
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

  private int dropAll(String table, long olderThanSeconds) {
    int dropped = 0;
    while (partitions.dropOldest(table, olderThanSeconds) == 1) {
      dropped++;
    }
    return dropped;
  }

  private String count(String table) throws SQLException {
    return ask("SELECT count(*) FROM pg_inherits WHERE inhparent = '" + table + "'::regclass");
  }

  /** The name of the partition of revocations of a day from today on. */
  private String partition(int day) throws SQLException {
    return ask(
        "SELECT to_char((now() AT TIME ZONE 'UTC')::date + "
            + day
            + ", '\"revocation_\"YYYYMMDD')");
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
