package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Compares what logins and refreshes cost in Supabase's form of the API and in our own. */
final class SupabaseCost implements Benchmark {
  private static final int CLIENTS = 8;
  private static final String TOKEN = "/auth/v1/token?grant_type=";

  /** The time after which PostgreSQL has published the statistics of idle connections. */
  private static final Duration COUNTED = Duration.ofSeconds(12);

  private final AtomicInteger turn = new AtomicInteger();

  /** Makes the request of one client. */
  private interface Requests {
    HttpConnection.Answer send(HttpConnection connection, int client) throws IOException;
  }

  @Override
  public void run(Bars bars) throws Exception {
    try (ServiceUnderTest subject = ServiceUnderTest.start(Map.of("SUPABASE_API", "on"))) {
      subject.settle(CLIENTS, Bench.seconds(360, 3));
      Requests own = (connection, client) -> connection.send(ServiceUnderTest.login(next()));
      Requests theirs = (connection, client) -> connection.send(login());
      cpu(subject, theirs, Bench.seconds(60, 1));
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      bars.atMost(
          "bench.supabase.login",
          "processor time of a login, Supabase's form / ours",
          ratio(subject, theirs, own),
          "");
      bars.atMost(
          "bench.supabase.refresh",
          "processor time of a refresh, Supabase's form / ours",
          ratio(
              subject,
              refreshing(
                  tokens(subject, login()),
                  token ->
                      HttpConnection.post(
                          TOKEN + "refresh_token", Json.of("refresh_token", token))),
              refreshing(tokens(subject, ServiceUnderTest.login(0)), ServiceUnderTest::refresh)),
          "");
      bars.judge(foreign);
      bars.atMost("bench.supabase.user", "statements of GET /user", statements(subject), "");
    }
  }

  private int next() {
    return turn.getAndIncrement();
  }

  private byte[] login() {
    return HttpConnection.post(
        TOKEN + "password",
        Json.credentials(ServiceUnderTest.email(next()), "seven quiet lanterns"));
  }

  private static String[] tokens(ServiceUnderTest subject, byte[] login) throws IOException {
    String[] tokens = new String[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      tokens[i] = subject.send(login).field("refresh_token");
    }
    return tokens;
  }

  private interface Refresh {
    byte[] with(String token);
  }

  private static Requests refreshing(String[] tokens, Refresh refresh) {
    return (connection, client) -> {
      HttpConnection.Answer answer = connection.send(refresh.with(tokens[client]));
      tokens[client] = answer.field("refresh_token");
      return answer;
    };
  }

  /** Measures both in turns, so that neither profits from a quieter machine. */
  private static double ratio(ServiceUnderTest subject, Requests theirs, Requests own)
      throws IOException, InterruptedException {
    cpu(subject, theirs, Bench.seconds(10, 1));
    cpu(subject, own, Bench.seconds(10, 1));
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Bench.times(7); i++) {
      double mine = cpu(subject, own, Bench.seconds(4, 1));
      ratios.add(cpu(subject, theirs, Bench.seconds(4, 1)) / mine);
    }
    return Bars.median(ratios);
  }

  private static double cpu(ServiceUnderTest subject, Requests requests, Duration time)
      throws InterruptedException {
    double before = Cpu.seconds(subject.pid());
    LoadResult outcome = subject.load().closed(CLIENTS, time, requests::send);
    if (outcome.countOthers(200, 503) > 0) {
      throw new IllegalStateException(outcome.countOthers(200, 503) + " requests failed");
    }
    return (Cpu.seconds(subject.pid()) - before) * 1000 / outcome.count(200);
  }

  private double statements(ServiceUnderTest subject)
      throws IOException, SQLException, InterruptedException {
    byte[] user = HttpConnection.get("/auth/v1/user", subject.send(login()).field("access_token"));
    Thread.sleep(COUNTED);
    long before = transactions(subject);
    LoadResult outcome =
        subject
            .load()
            .closed(CLIENTS, Bench.seconds(5, 1), (connection, client) -> connection.send(user));
    Thread.sleep(COUNTED);
    return Math.floor((transactions(subject) - before) / (double) outcome.count(200));
  }

  /** Each statement is a transaction of its own. */
  private static long transactions(ServiceUnderTest subject) throws SQLException {
    return subject
        .stack()
        .database()
        .number("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");
  }
}
