package dev.warmgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tells webhooks of the events of a database whose transaction ids are behind those of the dump
 * that it was restored from, also of those that were made before the first run.
 */
final class RestoredEventsIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int LIMIT = 100;

  /** Before the first one that a cluster gives. */
  private static final String LOW = "'100'";

  /** What the restored cluster reaches only later. */
  private static final String AHEAD =
      "(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000000%+d)::text";

  private final String told = UUID.randomUUID().toString();
  private final String untold = UUID.randomUUID().toString();
  private final String since = UUID.randomUUID().toString();
  private final String later = UUID.randomUUID().toString();

  private Database database;
  private Connection superuser;
  private OutboxDao outbox;

  @BeforeEach
  void restore() throws SQLException {
    String url = Dependencies.newDatabaseUrl();
    database =
        new Database(
            DatabaseConfiguration.defaults(DatabaseUrl.parse(url)), true, new MetricRegistry());
    outbox = database.backgroundDao(OutboxDao.class);
    superuser = Dependencies.asSuperuser(url);
    sql(
        "INSERT INTO webhook (id, url, encrypted_secret, encryption_key_id, created_at)"
            + " VALUES (gen_random_uuid(), 'http://127.0.0.1/', '', '', now() - INTERVAL '1 h')");
    sql("UPDATE webhook_horizon SET id = 0, xid = CAST(%s AS xid8)".formatted(AHEAD.formatted(0)));
  }

  @AfterEach
  void close() throws SQLException {
    superuser.close();
    database.stop();
  }

  @Test
  void areToldOnceWhetherTheDumpOrACommandMadeThem() throws Exception {
    make(told, AHEAD.formatted(-9));
    make(untold, AHEAD.formatted(9));
    make(since, null);

    assertThat(outbox.resetHorizonAfterRestore()).isOne();
    make(later, null);

    becomeDeliveriesOf(Set.of(untold, since, later));
    assertThat(outbox.resetHorizonAfterRestore()).isZero();
  }

  @Test
  void areToldIfTheDumpEndsWithTransactionsThatMadeNone() throws Exception {
    make(told, LOW);
    make(since, null);

    assertThat(outbox.resetHorizonAfterRestore()).isOne();
    make(later, null);

    becomeDeliveriesOf(Set.of(since, later));
    assertThat(outbox.resetHorizonAfterRestore()).isZero();
  }

  /** Transactions of other tests may hold up an event: nobody knows yet what came before it. */
  private void becomeDeliveriesOf(Set<String> sessions) throws Exception {
    Eventually.within(
        SOON,
        () -> {
          while (outbox.fanOut(LIMIT)) {
            assertThat(deliveries()).isNotEmpty();
          }
          return deliveries().containsAll(sessions);
        });
    assertThat(deliveries()).isEqualTo(new TreeSet<>(sessions));
  }

  /**
   * @param xid of a transaction of the dump; null for one of this cluster
   */
  private void make(String session, String xid) throws SQLException {
    sql(
        "INSERT INTO audit_event (%sevent, actor, session_id) VALUES (%s'session.started', 'system', '%s')"
            .formatted(
                xid == null ? "" : "xid, ",
                xid == null ? "" : "CAST(" + xid + " AS xid8), ",
                session));
  }

  private Set<String> deliveries() {
    Set<String> sessions = new TreeSet<>();
    try (PreparedStatement query =
            superuser.prepareStatement(
                "SELECT session_id FROM webhook_delivery AS delivery JOIN audit_event AS event"
                    + " ON event.id = delivery.event_id");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        sessions.add(rows.getString(1));
      }
      return sessions;
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private void sql(String statement) throws SQLException {
    try (PreparedStatement prepared = superuser.prepareStatement(statement)) {
      prepared.execute();
    }
  }
}
