package dev.warmgate.session;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.WebhookAdmin;
import dev.warmgate.testkit.WebhookReceiver;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the predecessor of the current refresh token from another network or another user agent.
 */
final class RefreshElsewhereIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();
  @RegisterExtension static final RunningService SERVICE = service();
  @RegisterExtension static final RunningService REPLICA = service();

  /** The address and the user agent of a request. */
  private record Client(String address, String agent) {}

  private static final Client OWNER = new Client("203.0.113.7", "app/1.0");
  private static final Client THIEF = new Client("198.51.100.9", "curl/8");

  private static RunningService service() {
    return new RunningService()
        .withManyConnections()
        .with("database.url", DATABASE)
        .with("trusted_proxies", "127.0.0.0/8")
        .with("webhooks.allow", "127.0.0.0/8");
  }

  private final Answer session = SERVICE.api().register(newEmail());
  private final UUID id = UUID.fromString(session.text("session_id"));
  private final String first = session.text("refresh_token");

  @Test
  void endsTheSessionAtTheSecondSuspectedRefresh() {
    String second = token(refresh(OWNER, first));
    assertThat(token(refresh(THIEF, first))).as("could be the owner").isEqualTo(second);
    assertThat(events()).containsExactly("refresh.suspected");

    Answer third = refresh(OWNER, second);
    assertThat(refresh(THIEF, second).code()).isEqualTo("refresh_token_reused");

    assertThat(events())
        .containsExactly(
            "refresh.suspected", "refresh.suspected", "refresh.reused", "session.ended");
    assertThat(column("end_reason")).isEqualTo("refresh_from_two_places");
    assertThat(refresh(OWNER, token(third)).code()).isEqualTo("session_ended");
    assertThat(SERVICE.api().me(third.text("access_token")).code()).isEqualTo("session_ended");
  }

  @Test
  void endsTheSessionInAnyOrderAndOnAnyReplica() {
    String second = token(refresh(OWNER, first));
    assertThat(refresh(REPLICA, THIEF, first).status()).isEqualTo(200);

    assertThat(refresh(REPLICA, THIEF, second).status())
        .as("the thief refreshes first")
        .isEqualTo(200);
    assertThat(refresh(OWNER, second).code()).isEqualTo("refresh_token_reused");
    assertThat(SERVICE.value("SELECT count(*) FROM revocation WHERE ref = ?", id.toString()))
        .isEqualTo("1");
  }

  @Test
  void endsTheSessionEvenIfTheOwnerRefreshesTwice() {
    String second = token(refresh(OWNER, first));
    assertThat(refresh(THIEF, first).status()).isEqualTo(200);
    assertThat(refresh(OWNER, first).status()).as("another tab").isEqualTo(200);

    refresh(OWNER, second);
    assertThat(refresh(OWNER, second).status()).isEqualTo(200);
    assertThat(refresh(THIEF, second).code()).isEqualTo("refresh_token_reused");
  }

  @Test
  void countsRetriesFromTheSamePlaceOnce() {
    Answer lost = refresh(OWNER, first);
    for (int i = 0; i < 3; i++) {
      assertThat(token(refresh(THIEF, first))).isEqualTo(token(lost));
    }

    assertThat(events()).containsOnly("refresh.suspected");
  }

  @Test
  void endsTheSessionWhenTheTokenComesFromAThirdPlace() {
    refresh(OWNER, first);
    assertThat(refresh(THIEF, first).status()).isEqualTo(200);

    assertThat(refresh(new Client("192.0.2.33", "third/1.0"), first).code())
        .isEqualTo("refresh_token_reused");
  }

  @ParameterizedTest
  @CsvSource({
    "198.51.100.9, app/1.0, another network",
    "203.0.113.7, app/2.0, another version",
    "203.0.113.200, app/2.0, the same /24",
  })
  void toleratesAnOwnerWhoMovedOrUpdated(String address, String agent, String what) {
    String token = first;
    for (int i = 0; i < 4; i++) {
      Answer lost = refresh(OWNER, token);
      Answer again = refresh(new Client(address, agent), token);
      assertThat(token(again)).as(what).isEqualTo(token(lost));
      token = token(again);
    }

    assertThat(events()).containsOnly("refresh.graced");
  }

  @Test
  void comparesIpv6ClientsByTheirSite() {
    Client owner = new Client("2001:db8:1:2::7", "app/1.0");
    refresh(owner, first);

    refresh(new Client("2001:db8:1:9::7", "app/2.0"), first);
    assertThat(events()).containsExactly("refresh.graced");

    refresh(new Client("2001:db8:2:2::7", "app/2.0"), first);
    assertThat(events()).containsExactly("refresh.graced", "refresh.suspected");
  }

  @Test
  void forgetsASuspicionAfterANormalRefresh() {
    String second = token(refresh(OWNER, first));
    assertThat(refresh(THIEF, first).status()).isEqualTo(200);
    String third = token(refresh(OWNER, second));
    String fourth = token(refresh(OWNER, third));

    assertThat(token(refresh(THIEF, third))).isEqualTo(fourth);
    refresh(OWNER, fourth);
    assertThat(refresh(THIEF, fourth).code()).isEqualTo("refresh_token_reused");
  }

  @Test
  void countsConcurrentSuspectedRefreshes() throws Exception {
    refresh(OWNER, first);
    List<Answer> answers =
        Parallel.run(
            20,
            i ->
                refresh(
                    i % 2 == 0 ? SERVICE : REPLICA,
                    new Client("198.51." + i + ".9", "curl/" + i),
                    first));

    assertThat(answers).extracting(Answer::status).containsOnlyOnce(200);
    assertThat(answers).extracting(Answer::code).containsOnlyOnce("refresh_token_reused");
    assertThat(events())
        .containsExactly(
            "refresh.suspected", "refresh.suspected", "refresh.reused", "session.ended");
  }

  @Test
  void doesNotSuspectConcurrentRefreshesOfOneClient() throws Exception {
    List<Answer> answers = Parallel.run(20, i -> refresh(OWNER, first));

    assertThat(answers).extracting(Answer::status).containsOnly(200);
    assertThat(events()).hasSize(19).containsOnly("refresh.graced");
  }

  @Test
  void doesNotSuspectTheFirstRefreshAfterAnUpdateOfTheService() {
    refresh(OWNER, first);
    SERVICE.sql("UPDATE session SET rotated_network = NULL, rotated_agent = NULL WHERE id = ?", id);

    assertThat(refresh(THIEF, first).status()).isEqualTo(200);
    assertThat(events()).containsExactly("refresh.graced");
  }

  @Test
  void notifiesWebhooksWithoutTheAddress() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver()) {
      WebhookAdmin admin = new WebhookAdmin(SERVICE, receiver);
      admin.create("/hook", "refresh.suspected");
      refresh(OWNER, first);
      refresh(THIEF, first);
      Eventually.within(Duration.ofSeconds(30), () -> !receiver.at("/hook").isEmpty());
      admin.removeWebhooks();

      WebhookReceiver.Received message = receiver.at("/hook").getFirst();
      assertThat(message.type()).isEqualTo("refresh.suspected");
      assertThat(message.body().at("/data/session_id").asText()).isEqualTo(id.toString());
      assertThat(message.text()).doesNotContain(THIEF.address(), THIEF.agent());
    }
    assertThat(
            SERVICE.value(
                "SELECT client_address FROM audit_event"
                    + " WHERE event = 'refresh.suspected' AND session_id = ?",
                id))
        .isEqualTo(THIEF.address());
  }

  @Test
  void storesNothingThatIdentifiesTheClient() {
    refresh(OWNER, first);
    Answer other = SERVICE.api().register(newEmail());
    refresh(OWNER, other.text("refresh_token"));

    String network = column("encode(rotated_network, 'hex')");
    String agent = column("encode(rotated_agent, 'hex')");
    assertThat(network).hasSize(16).isNotEqualTo(agent);
    assertThat(
            SERVICE.value(
                "SELECT encode(rotated_network, 'hex') FROM session WHERE id = ?::uuid",
                other.text("session_id")))
        .as("not even a network that two sessions share")
        .isNotEqualTo(network);
  }

  /** If an index contained one of the columns, every rotation would write to all indexes. */
  @Test
  void keepsARotationAHeapOnlyUpdate() throws Exception {
    try (Connection connection = SERVICE.connection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate(
          "UPDATE session SET counter = counter + 1, secret_hash = '\\x00', rotated_at = now(),"
              + " rotated_network = '\\x00', rotated_agent = '\\x00', suspected_counter = 1,"
              + " idle_expires_at = now() WHERE id = '"
              + id
              + "'");
      ResultSet updates =
          statement.executeQuery(
              "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables"
                  + " WHERE relname = 'session'");
      updates.next();
      assertThat(updates.getInt("n_tup_upd")).isEqualTo(1);
      assertThat(updates.getInt("n_tup_hot_upd")).isEqualTo(1);
      connection.rollback();
    }
  }

  private static Answer refresh(Client client, String token) {
    return refresh(SERVICE, client, token);
  }

  private static Answer refresh(RunningService service, Client client, String token) {
    return service.api().from(client.address()).with("User-Agent", client.agent()).refresh(token);
  }

  /** Returns the events of this session since its start, in order. */
  private List<String> events() {
    String events =
        SERVICE.value(
            "SELECT string_agg(event, ' ' ORDER BY id) FROM audit_event"
                + " WHERE session_id = ? AND event <> 'session.started'",
            id);
    return events == null ? List.of() : List.of(events.split(" "));
  }

  private String column(String column) {
    return SERVICE.value("SELECT " + column + " FROM session WHERE id = ?", id);
  }

  private static String token(Answer pair) {
    assertThat(pair.status()).as(pair.body().toString()).isEqualTo(200);
    return pair.text("refresh_token");
  }
}
