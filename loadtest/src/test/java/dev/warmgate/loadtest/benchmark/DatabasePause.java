package dev.warmgate.loadtest.benchmark;

import dev.warmgate.loadtest.FaultProxy;
import dev.warmgate.loadtest.SecondService;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Measures logins and verifications while PostgreSQL is unreachable for ten seconds: connections
 * are reset and new ones refused.
 */
final class DatabasePause implements Benchmark {
  private static final double LOGINS_PER_SECOND = 8;
  private static final double VERIFICATIONS_PER_SECOND = 50;
  private static final Duration BEFORE = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration AFTER = Duration.ofSeconds(15);
  private static final long SECOND = 1_000_000_000;

  @Override
  public void run(Report report) throws Exception {
    try (Subject subject = Subject.start(false);
        FaultProxy database = FaultProxy.to(SecondService.databasePort(subject.directory()));
        SecondService service =
            SecondService.behind(database, subject.directory(), Subject.limits())) {
      Load load = new Load(service.port());
      load.closed(4, Bench.seconds(20, 3), (connection, i) -> connection.send(Subject.login(i)));
      String token = subject.token();
      try (Connection connection = new Connection(service.port())) {
        connection.send(Subject.me(token));
      }
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      Duration whole = BEFORE.plus(PAUSE).plus(AFTER);
      Executor threads = task -> Thread.ofPlatform().start(task);
      CompletableFuture<Outcome> logins =
          CompletableFuture.supplyAsync(
              () -> load.open(LOGINS_PER_SECOND, whole, Subject::login), threads);
      CompletableFuture<Outcome> verifications =
          CompletableFuture.supplyAsync(
              () -> load.open(VERIFICATIONS_PER_SECOND, whole, i -> Subject.me(token)), threads);
      Thread.sleep(BEFORE);
      long cutNanos = System.nanoTime();
      database.cut();
      Thread.sleep(PAUSE);
      long healedNanos = System.nanoTime();
      database.heal();
      judge(report, logins.get(), verifications.get(), cutNanos, healedNanos);
      report.judge(foreign);
    }
  }

  private static void judge(
      Report report, Outcome logins, Outcome verifications, long cutNanos, long healedNanos) {
    // Ignores the last second of the pause. A request in flight when the connections break may
    // already have its result.
    Predicate<Outcome.Sample> during =
        sample -> sample.startNanos() >= cutNanos && sample.startNanos() < healedNanos - SECOND;
    Predicate<Outcome.Sample> after = sample -> sample.startNanos() >= healedNanos + SECOND;
    report.atMost("me not answered with 200", verifications.countOthers(200), 0, "");
    report.atMost(
        "logins during the pause without 503 and Retry-After",
        logins.count(during.and(sample -> sample.status() != 503 || !sample.retryAfter())),
        0,
        "");
    report.atMost(
        "slowest refusal of a login during the pause", logins.percentile(100, during), 1000, "ms");
    report.atMost(
        "logins from a second after the return without 200",
        logins.count(after.and(sample -> sample.status() != 200)),
        0,
        "");
    report.atMost(
        "their p95 / p95 before the pause",
        logins.percentile(95, after)
            / logins.percentile(95, sample -> sample.startNanos() < cutNanos - SECOND),
        1.5,
        "");
  }
}
