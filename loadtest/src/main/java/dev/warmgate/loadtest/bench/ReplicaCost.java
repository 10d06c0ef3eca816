package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.bench.ReplicaLoad.Work;
import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.Teardown;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures what replicas of the service cost the PostgreSQL and the Redis that they share, and
 * computes from it what higher rates of logins would need.
 */
final class ReplicaCost implements Benchmark {
  private static final List<Integer> COUNTS = List.of(1, 2, 4);

  @Override
  public void run(Bars bars) throws Exception {
    try (ServiceUnderTest subject = ServiceUnderTest.start(false);
        Teardown others = new Teardown()) {
      List<ServiceProcess> replicas = new ArrayList<>(List.of(subject.stack().service()));
      subject.settle(8, Bench.seconds(360, 3));
      new ReplicaLoad(subject, replicas).settle();
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      System.out.printf("  measured: %-39s %9s  %s%n", "each", "replicas", Cost.HEAD);
      Map<Work, Cost> costs = Map.of();
      // The compilers of the later replicas have not settled.
      Map<Work, Double> serviceMs = new EnumMap<>(Work.class);
      for (int count : COUNTS) {
        while (replicas.size() < count) {
          String name = "replica-" + (replicas.size() + 1);
          replicas.add(others.start(() -> subject.stack().replica().named(name).startReady()));
        }
        costs = new ReplicaLoad(subject, replicas).measure();
        costs.forEach((work, cost) -> {
          report(bars, work, count, cost);
          serviceMs.merge(work, cost.serviceMs(), Math::min);
        });
      }
      Cost idle = costs.get(Work.IDLE);
      bars.atMost(
          "bench.replicas.idle",
          "PostgreSQL's and Redis' processor time for an idle replica",
          (idle.postgresMs() + idle.redisMs()) / 10,
          "%");
      bars.judge(foreign);
      costs.replaceAll((work, cost) -> cost.withServiceMs(serviceMs.get(work)));
      new Capacity(costs).table().forEach(line -> System.out.println("  " + line));
    }
  }

  private static void report(Bars bars, Work work, int replicas, Cost cost) {
    System.out.printf(Locale.ROOT, "  %-49s %9d  %s%n", work, replicas, cost.line());
    String what = "%d replicas, %s: ".formatted(replicas, work);
    bars.keep(what + "statements", cost.statements(), "");
    bars.keep(what + "WAL bytes", cost.walBytes(), "");
    bars.keep(what + "PostgreSQL", cost.postgresMs(), "ms");
    bars.keep(what + "Redis commands", cost.commands(), "");
    bars.keep(what + "Redis", cost.redisMs(), "ms");
    bars.keep(what + "service", cost.serviceMs(), "ms");
  }
}
