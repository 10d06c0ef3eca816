package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the cost of a refresh with that of a verification, and checks that it updates one row.
 */
final class RefreshCost implements Benchmark {
  private static final int CLIENTS = 16;

  /** The time after which PostgreSQL has published the statistics of idle connections. */
  private static final Duration COUNTED = Duration.ofSeconds(12);

  private final String[] tokens = new String[CLIENTS];

  @Override
  public void run(Bars bars) throws Exception {
    try (ServiceUnderTest subject = ServiceUnderTest.start(false)) {
      for (int i = 0; i < CLIENTS; i++) {
        tokens[i] = subject.send(ServiceUnderTest.login(i)).field("refresh_token");
      }
      byte[] me = ServiceUnderTest.me(subject.token());
      Settling.of(subject.pid(), () -> refresh(subject, Bench.seconds(10, 1)));
      Settling.of(subject.pid(), () -> verify(subject, me, Bench.seconds(10, 1)));
      Thread.sleep(COUNTED);
      long updated = updated(subject);
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      List<Double> costs = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      long refreshes = 0;
      for (int i = 0; i < Bench.times(5); i++) {
        double before = Cpu.seconds(subject.pid());
        long refreshed = refresh(subject, Bench.seconds(5, 1));
        double between = Cpu.seconds(subject.pid());
        long verified = verify(subject, me, Bench.seconds(5, 1));
        double verification = (Cpu.seconds(subject.pid()) - between) / verified;
        double refresh = (between - before) / refreshed;
        costs.add(refresh * 1000);
        ratios.add(refresh / verification);
        refreshes += refreshed;
      }
      bars.note("processor time of a refresh, c=16", Bars.median(costs), "ms");
      bars.atMost("bench.refresh.me", "a refresh / a verification", Bars.median(ratios), "");
      bars.judge(foreign);
      Thread.sleep(COUNTED);
      bars.atMost(
          "bench.refresh.rows",
          "rows updated by a refresh",
          (updated(subject) - updated) / (double) refreshes,
          "");
    }
  }

  private static long verify(ServiceUnderTest subject, byte[] me, Duration time)
      throws InterruptedException {
    return allOk(subject.load().closed(CLIENTS, time, (connection, client) -> connection.send(me)));
  }

  private long refresh(ServiceUnderTest subject, Duration time) throws InterruptedException {
    return allOk(
        subject
            .load()
            .closed(
                CLIENTS,
                time,
                (connection, client) -> {
                  var answer = connection.send(ServiceUnderTest.refresh(tokens[client]));
                  tokens[client] = answer.field("refresh_token");
                  return answer;
                }));
  }

  private static long allOk(LoadResult outcome) {
    if (outcome.countOthers(200) > 0) {
      throw new IllegalStateException(outcome.countOthers(200) + " requests failed");
    }
    return outcome.count(200);
  }

  private static long updated(ServiceUnderTest subject) throws SQLException {
    return subject.stack().database().number("SELECT sum(n_tup_upd) FROM pg_stat_user_tables");
  }
}
