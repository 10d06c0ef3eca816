package dev.warmgate.loadtest.benchmark;

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
  public void run(Report report) throws Exception {
    try (Subject subject = Subject.start(false)) {
      String token = subject.token();
      probes.put("readiness", Connection.get("/health-check", ""));
      probes.put("ping", Connection.get("/api/v1/auth/ping", ""));
      probes.put("JWKS", Connection.get("/.well-known/jwks.json", ""));
      probes.put("me", Subject.me(token));
      subject.settle(CLIENTS);
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      for (int times : new int[] {2, 5, 10}) {
        overload(report, subject, times);
      }
      report.judge(foreign);
    }
  }

  /**
   * Measures the capacity beside the same probes as during the overload, so that only the logins
   * differ.
   */
  private double capacity(Report report, Subject subject) throws InterruptedException {
    Duration time = Bench.seconds(10, 2);
    Map<String, CompletableFuture<Outcome>> probing = probe(subject, time);
    Outcome closed = subject.logins(CLIENTS, time);
    probing.values().forEach(CompletableFuture::join);
    double capacity = closed.count(200) / closed.seconds();
    report.note("capacity", capacity, "/s");
    return capacity;
  }

  private Map<String, CompletableFuture<Outcome>> probe(Subject subject, Duration time) {
    Map<String, CompletableFuture<Outcome>> probing = new LinkedHashMap<>();
    probes.forEach((name, request) ->
        probing.put(
            name,
            CompletableFuture.supplyAsync(
                () -> subject.load().open(PROBES_PER_SECOND, time, i -> request),
                task -> Thread.ofPlatform().start(task))));
    return probing;
  }

  private void overload(Report report, Subject subject, int times) throws InterruptedException {
    double before = capacity(report, subject);
    Duration time = Bench.seconds(60, 5);
    Map<String, CompletableFuture<Outcome>> probing = probe(subject, time);
    Outcome logins = subject.load().open(times * before, time, Subject::login);
    // Averages the capacity before and after, because the speed of a shared machine varies.
    double capacity = (before + capacity(report, subject)) / 2;
    String at = times + "x capacity: ";
    report.atMost(at + "p95 of accepted logins", logins.percentile(95, 200), 500, "ms");
    report.atLeast(
        at + "accepted / capacity",
        logins.count(200) / logins.seconds() / capacity,
        times == 10 ? 0.7 : 0.9,
        "");
    report.atMost(at + "p95 of refusals", logins.percentile(95, 503), 100, "ms");
    report.atMost(at + "neither accepted nor refused", logins.countOthers(200, 503), 0, "");
    probing.forEach((name, outcome) -> {
      report.atMost(at + "p99 of " + name, outcome.join().percentile(99, 200), 50, "ms");
      report.atMost(at + "failed " + name, outcome.join().countOthers(200), 0, "");
    });
  }
}
