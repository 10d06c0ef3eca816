package dev.warmgate.loadtest.benchmark;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Measures the service's memory under a load of logins, with the JVM flags of production. */
final class Memory implements Benchmark {
  private static final int CLIENTS = 8;

  @Override
  public void run(Report report) throws Exception {
    measure(report, false, 350);
    measure(report, true, 450);
  }

  private static void measure(Report report, boolean withAgent, double barMib) throws Exception {
    try (Subject subject = Subject.start(withAgent)) {
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      Duration time = Bench.seconds(60, 5);
      CompletableFuture<Double> peak =
          CompletableFuture.supplyAsync(() -> peak(subject.pid(), time));
      subject.logins(CLIENTS, time);
      report.atMost(
          "resident memory under logins, agent " + (withAgent ? "on" : "off"),
          peak.get(),
          barMib,
          "MiB");
      report.judge(foreign);
    }
  }

  private static double peak(long pid, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    double peak = 0;
    while (System.nanoTime() < end) {
      peak = Math.max(peak, Cpu.residentMib(pid));
      try {
        Thread.sleep(250);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return peak;
      }
    }
    return peak;
  }
}
