package dev.warmgate.loadtest.bench;

import com.sun.net.httpserver.HttpServer;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.StackDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Checks that a steady load, with a webhook and with old sessions to purge, leaves few dead rows in
 * every table, and that no table grows faster than its rows after a sixth of the time.
 */
final class Bloat implements Benchmark {
  private static final int USERS = 8;
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** The time after which PostgreSQL has published the statistics of idle connections. */
  private static final Duration COUNTED = Duration.ofSeconds(12);

  private static final int PURGED_PER_SECOND = 10;

  @Override
  public void run(Bars bars) throws Exception {
    Duration whole = Bench.seconds(60 * bars.size("bench.bloat.minutes"), 30);
    HttpServer receiver = receiver();
    try (ServiceUnderTest subject =
        ServiceUnderTest.start(Map.of("WEBHOOKS_ALLOW", "127.0.0.0/8"))) {
      StackDatabase database = subject.stack().database();
      insertOldSessions(database, whole);
      subscribe(subject, receiver.getAddress().getPort());
      CompletableFuture<LoadResult> load =
          CompletableFuture.supplyAsync(
              () -> load(subject, whole), task -> Thread.ofPlatform().start(task));
      Thread.sleep(whole.dividedBy(6));
      Map<String, TableState> early = TableState.all(database);
      LoadResult outcome = load.get();
      bars.note("requests per second", outcome.all().size() / outcome.seconds(), "/s");
      bars.wrong("requests that failed", outcome.countOthers(200, 201, 204));
      outcome.all().stream()
          .collect(Collectors.groupingBy(LoadResult.Request::status, Collectors.counting()))
          .forEach((status, count) -> bars.note("answers with " + status, count, ""));
      Thread.sleep(COUNTED);
      judge(bars, early, TableState.all(database));
    } finally {
      receiver.stop(0);
    }
  }

  /** Sessions that expired so long ago that they become old enough to be purged one by one. */
  private static void insertOldSessions(StackDatabase database, Duration time) throws SQLException {
    database.change(
        """
        INSERT INTO session (id, account_id, secret_hash, created_at, idle_expires_at, expires_at,
          methods)
        SELECT gen_random_uuid(), gen_random_uuid(), sha256(convert_to(CAST(n AS text), 'UTF8')),
          over - INTERVAL '90 d', over, over, 'password@0'
        FROM generate_series(1, %1$d * %2$d) AS n
          CROSS JOIN LATERAL (
            SELECT now() - INTERVAL '30 d' + n * INTERVAL '1 s' / %1$d AS over) AS expired
        """
            .formatted(PURGED_PER_SECOND, time.toSeconds()));
  }

  private static LoadResult load(ServiceUnderTest subject, Duration time) {
    List<SteadyUser> users = IntStream.range(0, USERS).mapToObj(_ -> new SteadyUser()).toList();
    try {
      return subject
          .load()
          .closed(
              USERS,
              time,
              (connection, user) -> {
                LockSupport.parkNanos(PAUSE.toNanos());
                return users.get(user).next(connection);
              });
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void judge(
      Bars bars, Map<String, TableState> early, Map<String, TableState> late) {
    double dead = 0;
    double growth = 0;
    for (Map.Entry<String, TableState> table : late.entrySet()) {
      TableState now = table.getValue();
      if (now.isJudged()) {
        // A partition that was made meanwhile has not grown.
        double grown = now.growthSince(early.getOrDefault(table.getKey(), now));
        System.out.printf(
            Locale.ROOT,
            "  %-34s %,9d rows %6.1f %% dead %8.1f MiB, %.2f times its size per row%n",
            table.getKey(),
            now.live(),
            now.deadPercent(),
            now.bytes() / 1048576.0,
            grown);
        dead = Math.max(dead, now.deadPercent());
        growth = Math.max(growth, grown);
      }
    }
    bars.atMost("bench.bloat.dead", "most dead rows of a table", dead, "%");
    bars.atMost("bench.bloat.growth", "most growth of a table beyond its rows", growth, "");
  }

  private static HttpServer receiver() throws IOException {
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
          }
        });
    receiver.start();
    return receiver;
  }

  private static void subscribe(ServiceUnderTest subject, int port) throws Exception {
    HttpConnection.Answer made =
        subject.send(
            HttpConnection.request(
                "POST",
                "/api/v1/webhooks",
                subject.admin().token(),
                Json.of("url", "http://127.0.0.1:" + port + "/")));
    if (made.status() != 201) {
      throw new IOException("cannot create a webhook: " + made);
    }
  }
}
