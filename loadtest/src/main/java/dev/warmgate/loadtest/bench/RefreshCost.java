package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures the cost of a refresh and checks that it updates one row. */
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
      refresh(subject, Bench.seconds(30, 3));
      Thread.sleep(COUNTED);
      long updated = updated(subject);
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      List<Double> costs = new ArrayList<>();
      long refreshes = 0;
      for (int i = 0; i < Bench.times(5); i++) {
        double cpu = Cpu.seconds(subject.pid());
        long done = refresh(subject, Bench.seconds(5, 1));
        costs.add((Cpu.seconds(subject.pid()) - cpu) * 1000 / done);
        refreshes += done;
      }
      bars.atMost(
          "bench.refresh.cpu", "processor time of a refresh, c=16", Bars.median(costs), "ms");
      bars.judge(foreign);
      Thread.sleep(COUNTED);
      bars.atMost(
          "bench.refresh.rows",
          "rows updated by a refresh",
          (updated(subject) - updated) / (double) refreshes,
          "");
    }
  }

  private long refresh(ServiceUnderTest subject, Duration time) throws InterruptedException {
    LoadResult outcome =
        subject
            .load()
            .closed(
                CLIENTS,
                time,
                (connection, client) -> {
                  var answer = connection.send(ServiceUnderTest.refresh(tokens[client]));
                  tokens[client] = answer.field("refresh_token");
                  return answer;
                });
    if (outcome.countOthers(200) > 0) {
      throw new IllegalStateException(outcome.countOthers(200) + " refreshes failed");
    }
    return outcome.count(200);
  }

  private static long updated(ServiceUnderTest subject) throws SQLException {
    return subject.stack().database().number("SELECT sum(n_tup_upd) FROM pg_stat_user_tables");
  }
}
