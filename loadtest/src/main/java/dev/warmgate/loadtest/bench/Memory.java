package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Measures the service's memory under a load of logins, with the JVM flags of production. */
final class Memory implements Benchmark {
  private static final int CLIENTS = 8;

  @Override
  public void run(Bars bars) throws Exception {
    measure(bars, false, "bench.memory");
    measure(bars, true, "bench.memory.agent");
  }

  private static void measure(Bars bars, boolean withAgent, String bar) throws Exception {
    try (ServiceUnderTest subject = ServiceUnderTest.start(withAgent)) {
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      Duration time = Bench.seconds(60, 5);
      CompletableFuture<Double> peak =
          CompletableFuture.supplyAsync(() -> peak(subject.pid(), time));
      subject.logins(CLIENTS, time);
      bars.atMost(
          bar,
          "resident memory under logins, agent " + (withAgent ? "on" : "off"),
          peak.get(),
          "MiB");
      bars.judge(foreign);
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
