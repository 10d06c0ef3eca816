package dev.warmgate.loadtest.benchmark;

import dev.warmgate.loadtest.StackDatabase;
import java.io.IOException;
import java.nio.file.Path;
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
  public void run(Report report) throws Exception {
    try (Subject subject = Subject.start(false)) {
      for (int i = 0; i < CLIENTS; i++) {
        tokens[i] = subject.send(Subject.login(i)).field("refresh_token");
      }
      refresh(subject, Bench.seconds(30, 3));
      Thread.sleep(COUNTED);
      long updated = updated(subject.directory());
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      List<Double> costs = new ArrayList<>();
      long refreshes = 0;
      for (int i = 0; i < Bench.times(5); i++) {
        double cpu = Cpu.seconds(subject.pid());
        long done = refresh(subject, Bench.seconds(5, 1));
        costs.add((Cpu.seconds(subject.pid()) - cpu) * 1000 / done);
        refreshes += done;
      }
      report.atMost("processor time of a refresh, c=16", Report.median(costs), 0.8, "ms");
      report.judge(foreign);
      Thread.sleep(COUNTED);
      report.atMost(
          "rows updated by a refresh",
          (updated(subject.directory()) - updated) / (double) refreshes,
          1,
          "");
    }
  }

  private long refresh(Subject subject, Duration time) throws InterruptedException {
    Outcome outcome =
        subject
            .load()
            .closed(
                CLIENTS,
                time,
                (connection, client) -> {
                  var answer = connection.send(Subject.refresh(tokens[client]));
                  tokens[client] = answer.field("refresh_token");
                  return answer;
                });
    if (outcome.countOthers(200) > 0) {
      throw new IllegalStateException(outcome.countOthers(200) + " refreshes failed");
    }
    return outcome.count(200);
  }

  private static long updated(Path stack) throws IOException, SQLException {
    return StackDatabase.number(stack, "SELECT sum(n_tup_upd) FROM pg_stat_user_tables");
  }
}
