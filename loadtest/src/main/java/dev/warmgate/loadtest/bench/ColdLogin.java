package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the first logins of a process that reports ready with later logins of the same process.
 */
final class ColdLogin implements Benchmark {
  private static final int LOGINS = 150;
  private static final int BURST = 8;

  @Override
  public void run(Bars bars) throws Exception {
    List<Double> first = new ArrayList<>();
    List<Double> burst = new ArrayList<>();
    try (ServiceUnderTest subject = ServiceUnderTest.start(false)) {
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      for (int i = 0; i < Bench.times(5); i++) {
        try (ServiceProcess service = subject.stack().replica().startReady()) {
          first.add(firstToLater(service.port()));
        }
        try (ServiceProcess service = subject.stack().replica().startReady()) {
          burst.add(burstColdToWarm(service.port()));
        }
      }
      bars.atMost(
          "bench.cold-login.first",
          "first login after ready / median of logins 100-150",
          Bars.median(first),
          "");
      bars.atMost(
          "bench.cold-login.burst",
          "slowest of 8 parallel logins, cold / warm",
          Bars.median(burst),
          "");
      bars.judge(foreign);
    }
  }

  private static double firstToLater(int port) throws IOException {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < LOGINS; i++) {
      long began = System.nanoTime();
      try (HttpConnection connection = new HttpConnection(port)) {
        require(connection.send(ServiceUnderTest.login(i)).status());
      }
      millis.add((System.nanoTime() - began) / 1e6);
    }
    return millis.getFirst() / Bars.median(millis.subList(100, LOGINS));
  }

  private static double burstColdToWarm(int port) throws IOException, InterruptedException {
    double cold = slowestOfBurst(port);
    for (int i = 0; i < LOGINS; i++) {
      try (HttpConnection connection = new HttpConnection(port)) {
        require(connection.send(ServiceUnderTest.login(i)).status());
      }
    }
    List<Double> warm = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      warm.add(slowestOfBurst(port));
    }
    return cold / Bars.median(warm);
  }

  /** Sends all logins of the burst at the same time. */
  private static double slowestOfBurst(int port) {
    LoadResult outcome =
        new Load(port).open(1e6, Duration.ofNanos(BURST * 1000L), ServiceUnderTest::login);
    outcome.all().forEach(sample -> require(sample.status()));
    return outcome.percentile(100, 200);
  }

  private static void require(int status) {
    if (status != 200) {
      throw new IllegalStateException("a login got the status " + status);
    }
  }
}
