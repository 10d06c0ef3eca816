package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the first logins of a process, sent as soon as it reports ready, with later logins of
 * the same process, without and with the agent.
 */
final class ColdLogin implements Benchmark {
  private static final int LOGINS = 150;
  private static final int BURST = 8;
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final int POLL_MILLIS = 10;
  private static final byte[] HEALTH = HttpConnection.get("/health-check", "");

  @Override
  public void run(Bars bars) throws Exception {
    measure(bars, false);
    measure(bars, true);
  }

  private static void measure(Bars bars, boolean withAgent) throws Exception {
    String agent = withAgent ? ", agent on" : ", agent off";
    List<Double> first = new ArrayList<>();
    List<Double> burst = new ArrayList<>();
    try (ServiceUnderTest subject = ServiceUnderTest.start(withAgent)) {
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      for (int i = 0; i < Bench.times(5); i++) {
        restart(subject);
        first.add(firstToLater(subject.port()));
        restart(subject);
        burst.add(burstColdToWarm(subject.port()));
      }
      bars.atMost(
          "bench.cold-login.first",
          "first login after ready / median of logins 100-150" + agent,
          Bars.median(first),
          "");
      bars.atMost(
          "bench.cold-login.burst",
          "slowest of 8 parallel logins, cold / warm" + agent,
          Bars.median(burst),
          "");
      bars.judge(foreign);
    }
  }

  /** Returns as soon as the service is ready: a pause would hide what it still does then. */
  private static void restart(ServiceUnderTest subject) throws IOException, InterruptedException {
    subject.stack().restartService();
    long end = System.nanoTime() + READY_LIMIT.toNanos();
    while (!isReady(subject.port())) {
      if (System.nanoTime() > end || !subject.stack().service().isRunning()) {
        throw new IllegalStateException("the service did not start");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean isReady(int port) {
    try (HttpConnection connection = new HttpConnection(port)) {
      return connection.send(HEALTH).status() == 200;
    } catch (IOException notYet) {
      return false;
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

  private static double burstColdToWarm(int port) throws IOException {
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
