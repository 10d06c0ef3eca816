package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Sends several times the logins that fit and measures these logins and other requests. */
final class Overload implements Benchmark {
  private static final int CLIENTS = 8;
  private static final double PROBES_PER_SECOND = 20;

  private final Map<String, byte[]> probes = new LinkedHashMap<>();

  @Override
  public void run(Bars bars) throws Exception {
    try (ServiceUnderTest subject = ServiceUnderTest.start(false)) {
      String token = subject.token();
      probes.put("readiness", HttpConnection.get("/health-check", ""));
      probes.put("ping", HttpConnection.get("/api/v1/auth/ping", ""));
      probes.put("JWKS", HttpConnection.get("/.well-known/jwks.json", ""));
      probes.put("me", ServiceUnderTest.me(token));
      subject.settle(CLIENTS, Bench.seconds(360, 3));
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      for (int times : new int[] {2, 5, 10}) {
        overload(bars, subject, times);
      }
      bars.judge(foreign);
    }
  }

  /**
   * Measures the capacity beside the same probes as during the overload, so that only the logins
   * differ.
   */
  private double capacity(Bars bars, ServiceUnderTest subject) throws InterruptedException {
    Duration time = Bench.seconds(10, 2);
    Map<String, CompletableFuture<LoadResult>> probing = probe(subject, time);
    LoadResult closed = subject.logins(CLIENTS, time);
    probing.values().forEach(CompletableFuture::join);
    double capacity = closed.count(200) / closed.seconds();
    bars.note("capacity", capacity, "/s");
    return capacity;
  }

  private Map<String, CompletableFuture<LoadResult>> probe(
      ServiceUnderTest subject, Duration time) {
    Map<String, CompletableFuture<LoadResult>> probing = new LinkedHashMap<>();
    probes.forEach((name, request) ->
        probing.put(
            name,
            CompletableFuture.supplyAsync(
                () -> subject.load().open(PROBES_PER_SECOND, time, i -> request),
                task -> Thread.ofPlatform().start(task))));
    return probing;
  }

  private void overload(Bars bars, ServiceUnderTest subject, int times)
      throws InterruptedException {
    double before = capacity(bars, subject);
    Duration time = Bench.seconds(60, 5);
    Map<String, CompletableFuture<LoadResult>> probing = probe(subject, time);
    LoadResult logins = subject.load().open(times * before, time, ServiceUnderTest::login);
    // Averages the capacity before and after, because the speed of a shared machine varies.
    double capacity = (before + capacity(bars, subject)) / 2;
    String at = times + "x capacity: ";
    bars.atMost(
        "bench.overload.accepted.p95",
        at + "p95 of accepted logins",
        logins.percentile(95, 200),
        "ms");
    bars.atLeast(
        times == 10 ? "bench.overload10.goodput" : "bench.overload.goodput",
        at + "accepted / capacity",
        logins.count(200) / logins.seconds() / capacity,
        "");
    bars.atMost(
        "bench.overload.refused.p95", at + "p95 of refusals", logins.percentile(95, 503), "ms");
    bars.wrong(at + "neither accepted nor refused", logins.countOthers(200, 503));
    probing.forEach((name, outcome) -> {
      bars.atMost(
          "bench.overload.probe.p99",
          at + "p99 of " + name,
          outcome.join().percentile(99, 200),
          "ms");
      bars.wrong(at + "failed " + name, outcome.join().countOthers(200));
    });
  }
}
