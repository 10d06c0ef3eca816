package dev.warmgate.loadtest.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the cost of verifying a cached token and compares it with the cheapest answer that the
 * server can give.
 */
final class MeCost implements Benchmark {
  private static final int CLIENTS = 16;

  @Override
  public void run(Report report) throws Exception {
    try (Subject subject = Subject.start(false);
        Filterless.Running filterless = Filterless.start(subject.directory())) {
      byte[] bare = Connection.get("/me", "");
      byte[] me = Subject.me(subject.token());
      Load bareLoad = new Load(filterless.port());
      cost(filterless.process().pid(), bareLoad, bare, Bench.seconds(30, 3));
      cost(subject.pid(), subject.load(), me, Bench.seconds(30, 3));
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      List<Double> costs = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < Bench.times(7); i++) {
        double least = cost(filterless.process().pid(), bareLoad, bare, Bench.seconds(4, 1));
        double ours = cost(subject.pid(), subject.load(), me, Bench.seconds(4, 1));
        costs.add(ours);
        ratios.add(ours / least);
      }
      report.atMost("processor time of me, no agent", Report.median(costs), 0.15, "ms");
      report.atMost("the same / a resource without filters", Report.median(ratios), 2, "");
      report.judge(foreign);
    }
    try (Subject subject = Subject.start(true)) {
      byte[] me = Subject.me(subject.token());
      cost(subject.pid(), subject.load(), me, Bench.seconds(40, 3));
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      List<Double> costs = new ArrayList<>();
      for (int i = 0; i < Bench.times(7); i++) {
        costs.add(cost(subject.pid(), subject.load(), me, Bench.seconds(4, 1)));
      }
      report.atMost("processor time of me, agent", Report.median(costs), 0.20, "ms");
      report.judge(foreign);
    }
  }

  /** Returns the milliseconds of processor time that a process uses per request. */
  private static double cost(long pid, Load load, byte[] request, Duration time)
      throws InterruptedException {
    double cpu = Cpu.seconds(pid);
    Outcome outcome = load.closed(CLIENTS, time, (connection, client) -> connection.send(request));
    if (outcome.countOthers(200) > 0) {
      throw new IllegalStateException(outcome.countOthers(200) + " requests failed");
    }
    return (Cpu.seconds(pid) - cpu) * 1000 / outcome.count(200);
  }
}
