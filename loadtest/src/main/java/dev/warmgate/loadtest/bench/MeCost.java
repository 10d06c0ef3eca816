package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
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
  public void run(Bars bars) throws Exception {
    try (ServiceUnderTest subject = ServiceUnderTest.start(false);
        Filterless.Running filterless = Filterless.start(subject.directory())) {
      byte[] bare = HttpConnection.get("/me", "");
      byte[] me = ServiceUnderTest.me(subject.token());
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
      bars.atMost("bench.me.cpu", "processor time of me, no agent", Bars.median(costs), "ms");
      bars.atMost(
          "bench.me.bare", "the same / a resource without filters", Bars.median(ratios), "");
      bars.judge(foreign);
    }
    try (ServiceUnderTest subject = ServiceUnderTest.start(true)) {
      byte[] me = ServiceUnderTest.me(subject.token());
      cost(subject.pid(), subject.load(), me, Bench.seconds(40, 3));
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      List<Double> costs = new ArrayList<>();
      for (int i = 0; i < Bench.times(7); i++) {
        costs.add(cost(subject.pid(), subject.load(), me, Bench.seconds(4, 1)));
      }
      bars.atMost("bench.me.cpu.agent", "processor time of me, agent", Bars.median(costs), "ms");
      bars.judge(foreign);
    }
  }

  /** Returns the milliseconds of processor time that a process uses per request. */
  private static double cost(long pid, Load load, byte[] request, Duration time)
      throws InterruptedException {
    double cpu = Cpu.seconds(pid);
    LoadResult outcome =
        load.closed(CLIENTS, time, (connection, client) -> connection.send(request));
    if (outcome.countOthers(200) > 0) {
      throw new IllegalStateException(outcome.countOthers(200) + " requests failed");
    }
    return (Cpu.seconds(pid) - cpu) * 1000 / outcome.count(200);
  }
}
