package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.fault.FaultProxy;
import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.ServiceProcess;
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
  public void run(Bars bars) throws Exception {
    try (ServiceUnderTest subject = ServiceUnderTest.start(false);
        FaultProxy database = FaultProxy.to(subject.stack().postgres().port());
        ServiceProcess service =
            subject.stack().replica().databaseAt(database.port()).startReady()) {
      Load load = new Load(service.port());
      load.closed(
          4, Bench.seconds(20, 3), (connection, i) -> connection.send(ServiceUnderTest.login(i)));
      String token = subject.token();
      try (HttpConnection connection = new HttpConnection(service.port())) {
        connection.send(ServiceUnderTest.me(token));
      }
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      Duration whole = BEFORE.plus(PAUSE).plus(AFTER);
      Executor threads = task -> Thread.ofPlatform().start(task);
      CompletableFuture<LoadResult> logins =
          CompletableFuture.supplyAsync(
              () -> load.open(LOGINS_PER_SECOND, whole, ServiceUnderTest::login), threads);
      CompletableFuture<LoadResult> verifications =
          CompletableFuture.supplyAsync(
              () -> load.open(VERIFICATIONS_PER_SECOND, whole, i -> ServiceUnderTest.me(token)),
              threads);
      Thread.sleep(BEFORE);
      long cutNanos = System.nanoTime();
      database.cut();
      Thread.sleep(PAUSE);
      long healedNanos = System.nanoTime();
      database.heal();
      judge(bars, logins.get(), verifications.get(), cutNanos, healedNanos);
      bars.judge(foreign);
    }
  }

  private static void judge(
      Bars bars, LoadResult logins, LoadResult verifications, long cutNanos, long healedNanos) {
    // Ignores the last second of the pause. A request in flight when the connections break may
    // already have its result.
    Predicate<LoadResult.Request> during =
        sample -> sample.startNanos() >= cutNanos && sample.startNanos() < healedNanos - SECOND;
    Predicate<LoadResult.Request> after = sample -> sample.startNanos() >= healedNanos + SECOND;
    bars.wrong("me not answered with 200", verifications.countOthers(200));
    bars.wrong(
        "logins during the pause without 503 and Retry-After",
        logins.count(during.and(sample -> sample.status() != 503 || !sample.retryAfter())));
    bars.atMost(
        "bench.database-pause.refused",
        "slowest refusal of a login during the pause",
        logins.percentile(100, during),
        "ms");
    bars.wrong(
        "logins from a second after the return without 200",
        logins.count(after.and(sample -> sample.status() != 200)));
    bars.atMost(
        "bench.database-pause.after",
        "their p95 / p95 before the pause",
        logins.percentile(95, after)
            / logins.percentile(95, sample -> sample.startNanos() < cutNanos - SECOND),
        "");
  }
}
