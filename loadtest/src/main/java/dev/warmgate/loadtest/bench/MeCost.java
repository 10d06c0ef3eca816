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
 * Measures the cost of verifying a cached token, at this service and on behalf of another, and
 * compares it with the cheapest answer that the server can give, and with the agent.
 */
final class MeCost implements Benchmark {
  private static final int CLIENTS = 16;

  /**
   * What a round of requests took.
   *
   * @param cpuMs processor time of the server for each request
   */
  private record Round(double cpuMs, double perSecond) {}

  @Override
  public void run(Bars bars) throws Exception {
    try (ServiceUnderTest subject = ServiceUnderTest.start(false);
        ServiceUnderTest traced = ServiceUnderTest.start(true);
        Filterless.Running filterless = Filterless.start(subject.directory())) {
      traced.stack().spans().stopReading();
      byte[] bare = HttpConnection.get("/me", "");
      String token = subject.token();
      byte[] me = ServiceUnderTest.me(token);
      byte[] introspect = subject.introspect(token);
      byte[] tracedMe = ServiceUnderTest.me(traced.token());
      Load bareLoad = new Load(filterless.port());
      long barePid = filterless.process().pid();
      settle(barePid, bareLoad, bare);
      settle(subject.pid(), subject.load(), me);
      settle(subject.pid(), subject.load(), introspect);
      settle(traced.pid(), traced.load(), tracedMe);
      ForeignLoad foreign = new ForeignLoad(subject.directory(), traced.directory());
      List<Double> costs = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      List<Double> introspected = new ArrayList<>();
      List<Double> tracedCosts = new ArrayList<>();
      List<Double> rates = new ArrayList<>();
      for (int i = 0; i < Bench.times(7); i++) {
        Round least = round(barePid, bareLoad, bare, Bench.seconds(4, 1));
        Round ours = round(subject.pid(), subject.load(), me, Bench.seconds(4, 1));
        Round withAgent = round(traced.pid(), traced.load(), tracedMe, Bench.seconds(4, 1));
        costs.add(ours.cpuMs());
        ratios.add(ours.cpuMs() / least.cpuMs());
        tracedCosts.add(withAgent.cpuMs());
        rates.add(withAgent.perSecond() / ours.perSecond());
        introspected.add(
            round(subject.pid(), subject.load(), introspect, Bench.seconds(4, 1)).cpuMs()
                / ours.cpuMs());
      }
      bars.note("processor time of me, no agent", Bars.median(costs), "ms");
      bars.note("processor time of me, agent", Bars.median(tracedCosts), "ms");
      bars.atMost("bench.me.bare", "me / a resource without filters", Bars.median(ratios), "");
      bars.atMost(
          "bench.me.introspect",
          "an introspection of the same token / me",
          Bars.median(introspected),
          "");
      bars.atLeast(
          "bench.me.agent", "answers of me per second, agent on / off", Bars.median(rates), "");
      bars.judge(foreign);
    }
  }

  private static void settle(long pid, Load load, byte[] request) throws InterruptedException {
    Settling.of(pid, () -> round(pid, load, request, Bench.seconds(10, 1)));
  }

  private static Round round(long pid, Load load, byte[] request, Duration time)
      throws InterruptedException {
    double cpu = Cpu.seconds(pid);
    LoadResult outcome =
        load.closed(CLIENTS, time, (connection, client) -> connection.send(request));
    if (outcome.countOthers(200) > 0) {
      throw new IllegalStateException(outcome.countOthers(200) + " requests failed");
    }
    return new Round(
        (Cpu.seconds(pid) - cpu) * 1000 / outcome.count(200),
        outcome.count(200) / outcome.seconds());
  }
}
