package dev.warmgate.loadtest.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.warmgate.loadtest.load.ForeignLoad;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares what requests cost a service with many accounts with what they cost one with few, in
 * turns: processor time of the service and its PostgreSQL, and latency while the data fits memory.
 */
final class Scale implements Benchmark {
  private static final int FEW = 10_000;
  private static final long MIB = 1 << 20;

  private static final long MEMORY_MIB =
      ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize()
          / MIB;

  /** A request's cost with few and with many accounts, in the same round. */
  private record Round(PopulatedService.Cost few, PopulatedService.Cost many) {}

  @Override
  public void run(Bars bars) throws Exception {
    int accounts = Bench.isShort() ? 2 * FEW : bars.size("bench.scale.accounts");
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    long needed = (FEW + (long) accounts) * Population.BYTES_EACH;
    if (Files.getFileStore(temporary).getUsableSpace() < needed) {
      bars.didNotRun("%s has no room for %d MB".formatted(temporary, needed / 1_000_000));
      return;
    }
    // As the manual of PostgreSQL recommends for a machine of its own.
    long buffers = MEMORY_MIB / 4;
    try (PopulatedService few = PopulatedService.start(FEW, buffers)) {
      long began = System.nanoTime();
      try (PopulatedService many = PopulatedService.start(accounts, buffers)) {
        bars.note("accounts", accounts, "");
        bars.note("start and insertion", (System.nanoTime() - began) / 1e9, "s");
        compare(bars, few, many);
      }
    }
  }

  private static void compare(Bars bars, PopulatedService few, PopulatedService many)
      throws Exception {
    double size = many.databaseGib();
    bars.note("database", size, "GiB");
    for (String request : many.requests()) {
      Duration time = Bench.seconds(request.equals("login") ? 40 : 8, 2);
      few.measure(request, time);
      many.measure(request, time);
    }
    ForeignLoad foreign = new ForeignLoad(few.directory(), many.directory());
    for (String request : many.requests()) {
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < Bench.times(5); i++) {
        Duration time = Bench.seconds(3, 1);
        rounds.add(new Round(few.measure(request, time), many.measure(request, time)));
      }
      judge(bars, request, rounds, size * 1024 < MEMORY_MIB / 2.0);
    }
    bars.judge(foreign);
  }

  private static void judge(Bars bars, String request, List<Round> rounds, boolean fits) {
    String ratio = ", many / few accounts";
    bars.note("processor time of " + request, median(rounds, round -> round.many().millis()), "ms");
    bars.atMost(
        "bench.scale.cpu",
        request + ratio,
        median(rounds, round -> round.many().millis() / round.few().millis()),
        "");
    bars.note(
        "of it PostgreSQL's, " + request,
        median(rounds, round -> round.many().postgresMillis()),
        "ms");
    bars.note(
        "of it PostgreSQL's, " + request + ratio,
        median(rounds, round -> round.many().postgresMillis() / round.few().postgresMillis()),
        "");
    double latency = median(rounds, round -> round.many().p95() / round.few().p95());
    if (fits) {
      bars.atMost("bench.scale.p95", "p95 of " + request + ratio, latency, "");
    } else {
      bars.note("p95 of " + request + ratio, latency, "");
    }
  }

  private interface Figure {
    double of(Round round);
  }

  private static double median(List<Round> rounds, Figure figure) {
    return Bars.median(rounds.stream().map(figure::of).toList());
  }
}
