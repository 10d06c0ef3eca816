package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares the logins of a service that hashes with the libargon2 that {@code
 * scripts/fast-hashing.sh} builds with those of one that hashes with libsodium, in turns.
 */
final class FasterHashing implements Benchmark {
  private static final int CLIENTS = 8;

  @Override
  public void run(Bars bars) throws Exception {
    Path project = Path.of(System.getProperty("warmgate.root"));
    Path library = project.resolve("loadtest/target/fast-hashing/libargon2.so");
    if (!Files.exists(library)) {
      bars.didNotRun("scripts/fast-hashing.sh has not built libargon2");
      return;
    }
    Map<String, String> fast = Map.of("HASHING_LIBRARY", library.toRealPath().toString());
    try (ServiceUnderTest libsodium = ServiceUnderTest.start(false);
        ServiceProcess libargon2 = libsodium.stack().replica().with(fast).startReady()) {
      Load other = new Load(libargon2.port());
      rate(libsodium, libsodium.load(), Bench.seconds(45, 3));
      rate(libsodium, other, Bench.seconds(45, 3));
      ForeignLoad foreign = new ForeignLoad(libsodium.directory());
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < Bench.times(7); i++) {
        double slow = rate(libsodium, libsodium.load(), Bench.seconds(5, 1));
        double quick = rate(libsodium, other, Bench.seconds(5, 1));
        bars.note("logins at c=8, libsodium", slow, "/s");
        bars.note("logins at c=8, libargon2", quick, "/s");
        ratios.add(quick / slow);
      }
      bars.atLeast(
          "bench.hashing.rate", "logins at c=8, libargon2 / libsodium", Bars.median(ratios), "");
      bars.judge(foreign);
    }
  }

  private static double rate(ServiceUnderTest subject, Load load, Duration time)
      throws InterruptedException {
    LoadResult logins = subject.logins(load, CLIENTS, time);
    return logins.count(200) / logins.seconds();
  }
}
