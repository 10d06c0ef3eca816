package dev.warmgate.loadtest.benchmark;

import dev.warmgate.loadtest.SecondService;
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
  public void run(Report report) throws Exception {
    List<Double> first = new ArrayList<>();
    List<Double> burst = new ArrayList<>();
    try (Subject subject = Subject.start(false)) {
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      for (int i = 0; i < Bench.times(5); i++) {
        try (SecondService service = SecondService.of(subject.directory(), Subject.limits())) {
          first.add(firstToLater(service.port()));
        }
        try (SecondService service = SecondService.of(subject.directory(), Subject.limits())) {
          burst.add(burstColdToWarm(service.port()));
        }
      }
      report.atMost(
          "first login after ready / median of logins 100-150", Report.median(first), 1.5, "");
      report.atMost("slowest of 8 parallel logins, cold / warm", Report.median(burst), 3, "");
      report.judge(foreign);
    }
  }

  private static double firstToLater(int port) throws IOException {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < LOGINS; i++) {
      long began = System.nanoTime();
      try (Connection connection = new Connection(port)) {
        require(connection.send(Subject.login(i)).status());
      }
      millis.add((System.nanoTime() - began) / 1e6);
    }
    return millis.getFirst() / Report.median(millis.subList(100, LOGINS));
  }

  private static double burstColdToWarm(int port) throws IOException, InterruptedException {
    double cold = slowestOfBurst(port);
    for (int i = 0; i < LOGINS; i++) {
      try (Connection connection = new Connection(port)) {
        require(connection.send(Subject.login(i)).status());
      }
    }
    List<Double> warm = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      warm.add(slowestOfBurst(port));
    }
    return cold / Report.median(warm);
  }

  /** Sends all logins of the burst at the same time. */
  private static double slowestOfBurst(int port) {
    Outcome outcome = new Load(port).open(1e6, Duration.ofNanos(BURST * 1000L), Subject::login);
    outcome.all().forEach(sample -> require(sample.status()));
    return outcome.percentile(100, 200);
  }

  private static void require(int status) {
    if (status != 200) {
      throw new IllegalStateException("a login got the status " + status);
    }
  }
}
