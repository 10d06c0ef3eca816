package dev.warmgate.loadtest.production;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.load.Admin;
import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restores a dump in a cluster whose transaction ids are behind it, and lets them pass those of the
 * dump: webhooks are told of every event once, before and after that.
 */
@Tag("full")
final class RestoredWebhooksIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** As many as a day of production, in short. */
  private static final int TRANSACTIONS = 20_000;

  private static final String OLD = "01900000-0000-7000-8000-000000000001";
  private static final String UNTOLD = "01900000-0000-7000-8000-000000000002";
  private static final String SINCE = "01900000-0000-7000-8000-000000000003";
  private static final String EVENT =
      "INSERT INTO audit_event (occurred_at, event, actor, account_id, session_id)"
          + " VALUES (now() - INTERVAL '%s', 'session.started', 'system', gen_random_uuid(), '%s')";

  /** What housekeeping does when deliveries are old enough. */
  private static final String DROP_OLD_DELIVERIES =
      """
      DO $$ DECLARE day record; BEGIN
        FOR day IN SELECT name FROM time_partition
          WHERE table_name = 'webhook_delivery' AND ends < now() - INTERVAL '10 days'
        LOOP
          EXECUTE format('DROP TABLE %I', day.name);
          DELETE FROM time_partition WHERE name = day.name;
        END LOOP;
      END $$
      """;

  @TempDir private Path directory;

  /** How often each session's start was told. */
  private final Map<String, Integer> told = new ConcurrentHashMap<>();

  private HttpServer receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/in", this::receive);
    receiver.start();
  }

  @AfterEach
  void stopListening() {
    receiver.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Json.read(body).findValuesAsText("session_id").forEach(id -> told.merge(id, 1, Integer::sum));
      exchange.sendResponseHeaders(204, -1);
    }
  }

  @Test
  void areToldOfEveryEventOnce() throws Exception {
    try (Dependencies dependencies = Dependencies.start(directory.resolve("stack"));
        DebianPostgres production = DebianPostgres.primary(Map.of());
        DebianPostgres elsewhere = DebianPostgres.primary(Map.of())) {
      Path dump = production.home().resolve("warmgate.dump");
      try (ServiceProcess service = start(dependencies, production, "production");
          ApiClient client = new ApiClient(service.baseUrl())) {
        subscribe(service.baseUrl(), client, production);
        production.execute("UPDATE webhook SET created_at = now() - INTERVAL '90 days'");
        production.execute(
            "SET ROLE warmgate; SELECT make_partitions_around(now() - INTERVAL '60 days')");
        production.passTransactions(TRANSACTIONS);
        production.execute(EVENT.formatted("60 days", OLD));
        awaitTold(OLD);
        awaitTold(register(client));
      }
      production.execute(DROP_OLD_DELIVERIES);
      // Nobody is told of it before the dump.
      production.execute(EVENT.formatted("1 minute", UNTOLD));
      String _ = production.tool("pg_dump", "--format=custom", "--file=" + dump, "warmgate");
      String _ =
          elsewhere.tool(
              "pg_restore",
              "--exit-on-error",
              "--no-owner",
              "--role=" + DebianPostgres.ROLE,
              "--dbname=warmgate",
              dump.toString());
      assertThat(isPast(elsewhere)).as("the ids have passed those of the dump").isFalse();
      // As a command does, before any service runs.
      elsewhere.execute(EVENT.formatted("0 s", SINCE));

      try (ServiceProcess service = start(dependencies, elsewhere, "restored");
          ApiClient client = new ApiClient(service.baseUrl())) {
        awaitTold(UNTOLD);
        awaitTold(SINCE);
        awaitTold(register(client));
        elsewhere.passTransactions(TRANSACTIONS / 2);
        awaitTold(register(client));
        elsewhere.passTransactions(TRANSACTIONS);
        assertThat(isPast(elsewhere)).as("the ids have passed those of the dump").isTrue();
        for (int i = 0; i < 3; i++) {
          awaitTold(register(client));
        }
      }
      // Another start finds nothing to do again.
      try (ServiceProcess service = start(dependencies, elsewhere, "again");
          ApiClient client = new ApiClient(service.baseUrl())) {
        awaitTold(register(client));
        TimeUnit.SECONDS.sleep(2);
      }
      assertThat(Production.lines(directory.resolve("stack"), "restored", "was restored"))
          .isEqualTo(1);
      assertThat(Production.lines(directory.resolve("stack"), "again", "was restored")).isZero();
      assertThat(told).allSatisfy((session, times) -> assertThat(times).as(session).isEqualTo(1));
    }
  }

  private static boolean isPast(DebianPostgres postgres) {
    return postgres
        .value(
            "SELECT pg_current_xact_id() > (SELECT max(xid) FROM audit_event WHERE session_id = '%s')"
                .formatted(UNTOLD))
        .equals("t");
  }

  private void awaitTold(String session) throws InterruptedException {
    TestStack.await(SOON, () -> told.containsKey(session));
  }

  private static String register(ApiClient client) throws IOException, InterruptedException {
    Reply reply =
        client.post("/api/v1/auth/register", "", TestStack.credentials(TestStack.newEmail()));
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    return reply.field("session_id");
  }

  private void subscribe(String baseUrl, ApiClient client, DebianPostgres postgres)
      throws Exception {
    String credentials = TestStack.credentials(TestStack.newEmail());
    client.post("/api/v1/auth/register", "", credentials);
    postgres.execute("UPDATE account SET role = 'admin'");
    String admin = Admin.logIn(baseUrl, credentials).token();
    String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/in";
    Reply made =
        client.post(
            "/api/v1/webhooks",
            admin,
            Json.file(Map.of("url", url, "events", List.of("session.started"))));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
  }

  private static ServiceProcess start(
      Dependencies dependencies, DebianPostgres postgres, String name) throws Exception {
    return Production.service(
            dependencies, Map.of("DATABASE_URL", postgres.url(), "WEBHOOKS_ALLOW", "127.0.0.0/8"))
        .named(name)
        .startReady();
  }
}
