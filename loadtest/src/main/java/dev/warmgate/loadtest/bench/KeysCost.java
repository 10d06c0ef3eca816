package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares how many answers a second the published keys get with those of a handler that does
 * nothing but send the same bytes.
 */
final class KeysCost implements Benchmark {
  private static final int CLIENTS = 16;

  @Override
  public void run(Bars bars) throws Exception {
    byte[] keys = HttpConnection.get("/api/v1/auth/jwks.json", "");
    try (ServiceUnderTest subject = ServiceUnderTest.start(false);
        Filterless.Running filterless =
            Filterless.start(subject.directory(), subject.send(keys).body())) {
      byte[] bare = HttpConnection.get(Filterless.PREPARED, "");
      Load bareLoad = new Load(filterless.port());
      rate(bareLoad, bare, Bench.seconds(30, 3));
      rate(subject.load(), keys, Bench.seconds(30, 3));
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      List<Double> rates = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < Bench.times(7); i++) {
        double most = rate(bareLoad, bare, Bench.seconds(4, 1));
        double ours = rate(subject.load(), keys, Bench.seconds(4, 1));
        rates.add(ours);
        ratios.add(ours / most);
      }
      bars.note("published keys", Bars.median(rates), "/s");
      bars.atLeast(
          "bench.keys.bare", "the same / a handler with the same bytes", Bars.median(ratios), "");
      bars.judge(foreign);
    }
  }

  private static double rate(Load load, byte[] request, Duration time) throws InterruptedException {
    LoadResult outcome =
        load.closed(CLIENTS, time, (connection, client) -> connection.send(request));
    if (outcome.countOthers(200) > 0) {
      throw new IllegalStateException(outcome.countOthers(200) + " requests failed");
    }
    return outcome.count(200) / outcome.seconds();
  }
}
