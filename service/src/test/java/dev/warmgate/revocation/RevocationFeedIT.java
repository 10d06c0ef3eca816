package dev.warmgate.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OtherProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RevocationFeedIT {
  private static final String URL = Dependencies.newDatabaseUrl();

  private final OtherProcess here = new OtherProcess(URL);
  private final RevocationFeed feed = here.foundation().revocations();

  @AfterEach
  void close() {
    here.close();
  }

  @Test
  void readsARevocationThatIsCommittedAfterALaterOne() throws Exception {
    Revoked slow = Revoked.session(UUID.randomUUID());
    Revoked quick = Revoked.session(UUID.randomUUID());
    feed.load();
    try (Connection one = transaction();
        Connection other = transaction()) {
      insert(one, slow);
      insert(other, quick);
      other.commit();
      feed.announce();
      assertThat(feed.isRevoked(quick)).isTrue();
      assertThat(feed.isRevoked(slow)).isFalse();

      one.commit();
      feed.announce();
      assertThat(feed.isRevoked(slow)).isTrue();
    }
  }

  @Test
  void readsARevocationThatIsCommittedAfterTheFirstLoad() throws Exception {
    Revoked slow = Revoked.session(UUID.randomUUID());
    try (Connection one = transaction()) {
      insert(one, slow);
      insert(Revoked.session(UUID.randomUUID()));
      feed.load();
      assertThat(feed.isRevoked(slow)).isFalse();

      one.commit();
      feed.announce();
      assertThat(feed.isRevoked(slow)).isTrue();
    }
  }

  @Test
  void reportsEachRevocationOnce() throws Exception {
    List<Revoked> reported = new ArrayList<>();
    Revoked one = Revoked.key("a key");
    Revoked other = Revoked.serviceKey(UUID.randomUUID());
    feed.load();
    feed.listen(reported::add);
    // The open transaction holds the horizon back, so the same rows are read again.
    try (Connection open = transaction()) {
      insert(open, Revoked.session(UUID.randomUUID()));
      insert(one);
      feed.announce();
      insert(other);
      feed.announce();
      feed.announce();
    }

    assertThat(reported).containsExactly(one, other);
  }

  @Test
  void knowsWhichSessionsOfAnAccountHaveEnded() throws Exception {
    UUID account = UUID.randomUUID();
    UUID spared = UUID.randomUUID();
    Instant opened = Instant.parse("2026-11-28T10:00:00.000002Z");
    endAll(account, opened, null);
    feed.load();

    assertThat(isOver(account, UUID.randomUUID(), opened)).isTrue();
    assertThat(isOver(account, spared, opened)).isTrue();
    assertThat(isOver(account, spared, opened.plusNanos(1_000))).isFalse();
    assertThat(isOver(UUID.randomUUID(), spared, opened)).isFalse();

    Instant later = opened.plusSeconds(1);
    endAll(account, later, spared);
    // An older revocation that is read later changes nothing.
    endAll(account, opened.plusNanos(1_000), null);
    feed.announce();

    assertThat(isOver(account, spared, opened.plusNanos(1_000))).isFalse();
    assertThat(isOver(account, UUID.randomUUID(), later)).isTrue();
    assertThat(isOver(account, UUID.randomUUID(), later.plusNanos(1_000))).isFalse();
  }

  private boolean isOver(UUID account, UUID session, Instant opened) {
    return feed.isOver(Revoked.account(account), Revoked.session(session), session, opened);
  }

  private static void endAll(UUID account, Instant until, UUID spared) throws SQLException {
    execute(
        "INSERT INTO revocation (kind, ref, opened_until, spared_session) VALUES ('account', '"
            + account
            + "', '"
            + until
            + "', "
            + (spared == null ? "NULL" : "'" + spared + "'")
            + ")");
  }

  @Test
  void loadsRevocationsNoOlderThanATokensLifetime() throws Exception {
    Revoked recent = Revoked.session(UUID.randomUUID());
    Revoked old = Revoked.session(UUID.randomUUID());
    insert(recent);
    insert(old);
    execute(
        "UPDATE revocation SET created_at = now() - INTERVAL '20 min' WHERE ref = '"
            + old.ref()
            + "'");
    assertThat(feed.age()).isGreaterThan(OtherProcess.TOKEN_LIFETIME);
    feed.load();

    assertThat(feed.isRevoked(recent)).isTrue();
    assertThat(feed.isRevoked(old)).isFalse();
    assertThat(feed.age()).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void readsAtOnceWhenAnotherReplicaAnnouncesAndRegularlyOtherwise() throws Exception {
    here.foundation().redis().connect();
    feed.load();
    feed.start();
    try (OtherProcess elsewhere = new OtherProcess(URL)) {
      RevocationFeed other = elsewhere.foundation().revocations();
      elsewhere.foundation().redis().connect();
      Duration fastest = Duration.ofDays(1);
      for (int i = 0; i < 10; i++) {
        Revoked announced = Revoked.session(UUID.randomUUID());
        long began = System.nanoTime();
        insert(announced);
        other.announce();
        Eventually.within(Duration.ofSeconds(5), () -> feed.isRevoked(announced));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        fastest = took.compareTo(fastest) < 0 ? took : fastest;
      }
      assertThat(fastest).as("before the next regular reading").isLessThan(Duration.ofMillis(500));

      Revoked unannounced = Revoked.session(UUID.randomUUID());
      insert(unannounced);
      Eventually.within(Duration.ofSeconds(5), () -> feed.isRevoked(unannounced));
    } finally {
      feed.stop();
    }
  }

  private static Connection transaction() throws SQLException {
    Connection connection = Dependencies.asSuperuser(URL);
    connection.setAutoCommit(false);
    return connection;
  }

  private static void insert(Revoked ref) throws SQLException {
    try (Connection connection = transaction()) {
      insert(connection, ref);
      connection.commit();
    }
  }

  private static void insert(Connection connection, Revoked ref) throws SQLException {
    try (var statement =
        connection.prepareStatement("INSERT INTO revocation (kind, ref) VALUES (lower(?), ?)")) {
      statement.setString(1, ref.kind().name());
      statement.setString(2, ref.ref());
      statement.executeUpdate();
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = transaction();
        var statement = connection.createStatement()) {
      statement.execute(sql);
      connection.commit();
    }
  }
}
