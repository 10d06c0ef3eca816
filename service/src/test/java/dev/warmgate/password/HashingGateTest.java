package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.RequestContext;
import dev.warmgate.testkit.Eventually;
import io.dropwizard.util.Duration;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HashingGateTest {
  private static final int PERMITS = 2;
  private static final java.time.Duration LIMIT = java.time.Duration.ofMillis(2100);

  private final AtomicLong now = new AtomicLong();
  private final List<HashingGate> gates = new ArrayList<>();

  @AfterEach
  void stopGates() {
    gates.forEach(HashingGate::stop);
  }

  @Test
  void admitsOnlyAsManyAsItHasPermitsWithoutAQueue() {
    HashingGate gate = gate(Duration.milliseconds(0), true);
    HashingGate.Slot first = gate.reserve();
    gate.reserve();

    assertShed(gate);
    assertShed(gate);
    RequestContext.warmUp(() -> gate.reserve().close());

    first.close();
    gate.reserve();
    assertShed(gate);
  }

  @Test
  void admitsAsManyAsAreHashedWithinTheQueueTime() {
    // With the initial estimate of 25 ms, two threads compute 8 hashes within 100 ms.
    HashingGate gate = gate(Duration.milliseconds(100), true);
    for (int i = 0; i < PERMITS + 8; i++) {
      gate.reserve();
    }

    assertShed(gate);
  }

  @Test
  void admitsFewerWhenHashesTakeLonger() {
    HashingGate gate = gate(Duration.milliseconds(100), true);
    for (int i = 0; i < 30; i++) {
      runOnce(gate, () -> now.addAndGet(60_000_000));
    }

    // At 60 ms per hash, 3 can wait; with the initial estimate it is 8.
    for (int i = 0; i < PERMITS + 3; i++) {
      gate.reserve();
    }
    assertShed(gate);
    assertThatThrownBy(gate::refuseIfFull).isInstanceOf(ApiException.class);
  }

  @Test
  void neverAdmitsMoreThanHalfOfTheThreads() {
    HashingGate gate = gate(Duration.seconds(1), true);
    for (int i = 0; i < 30; i++) {
      runOnce(gate, () -> now.addAndGet(1_000_000));
    }

    assertThat(gate.read().capacity()).isEqualTo(HashingGate.MOST_ADMITTED);
  }

  @Test
  void refusesWithoutHashingAfterTooLongInTheQueue() throws Exception {
    HashingGate gate = gate(Duration.milliseconds(100), true);
    AtomicInteger hashed = new AtomicInteger();
    try (Busy busy = new Busy(gate)) {
      Future<Integer> delayed = busy.submit(() -> hashed.incrementAndGet());
      // More than the queue time of 100 ms plus one hash of 25 ms, as after a pause of the process.
      now.addAndGet(126_000_000);
      busy.release();

      assertThatThrownBy(() -> delayed.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ApiException.class);
    }
    assertThat(hashed).hasValue(0);
    assertThat(gate.read().shed()).isEqualTo(1);
    assertThat(gate.read().admitted()).isZero();
  }

  @Test
  void hashesAfterAShortTimeInTheQueue() throws Exception {
    HashingGate gate = gate(Duration.milliseconds(100), true);
    try (Busy busy = new Busy(gate)) {
      Future<String> inTime = busy.submit(() -> "hashed");
      now.addAndGet(124_000_000);
      busy.release();

      assertThat(inTime.get(20, TimeUnit.SECONDS)).isEqualTo("hashed");
    }
  }

  @Test
  void doesNotHashForACancelledRequest() throws Exception {
    HashingGate gate = gate(Duration.milliseconds(100), true);
    AtomicInteger hashed = new AtomicInteger();
    try (Busy busy = new Busy(gate)) {
      Future<Integer> cancelled = busy.submit(() -> hashed.incrementAndGet());
      cancelled.cancel(true);
      busy.awaitAdmitted(PERMITS);
      busy.release();
    }
    assertThat(runOnce(gate, () -> "the next one")).isEqualTo("the next one");
    assertThat(hashed).hasValue(0);
  }

  @Test
  void tellsWhenToRetry() {
    HashingGate gate = gate(Duration.milliseconds(0), true);
    gate.reserve();
    gate.reserve();

    // Two threads at 25 ms compute 80 hashes per second, so the 160th waits two seconds.
    for (int i = 0; i < 159; i++) {
      assertShed(gate);
    }

    assertThatThrownBy(gate::reserve)
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal ->
                assertThat(refusal.retryAfter()).isBetween(java.time.Duration.ofSeconds(2), LIMIT));
  }

  @Test
  void admitsEverythingWhenTheBoundIsOff() {
    HashingGate gate = gate(Duration.milliseconds(0), false);
    for (int i = 0; i < 1000; i++) {
      gate.reserve();
    }

    assertThat(runOnce(gate, () -> "hashed")).isEqualTo("hashed");
  }

  @Test
  void neverComputesMoreHashesThanItHasPermits() throws Exception {
    HashingGate gate = gate(Duration.seconds(1), false);
    AtomicInteger current = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(PERMITS);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> hashes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        hashes.add(
            clients.submit(() ->
                runOnce(
                    gate,
                    () -> {
                      most.accumulateAndGet(current.incrementAndGet(), Math::max);
                      full.countDown();
                      await(full);
                      sleep(2);
                      return current.decrementAndGet();
                    })));
      }
      for (Future<Integer> hash : hashes) {
        hash.get(20, TimeUnit.SECONDS);
      }
    }

    assertThat(most).hasValue(PERMITS);
  }

  @Test
  void rethrowsTheFailureOfTheWorkAndFreesItsSlot() {
    HashingGate gate = gate(Duration.milliseconds(0), true);

    for (int i = 0; i < 3 * PERMITS; i++) {
      assertThatThrownBy(() ->
              runOnce(
                  gate,
                  () -> {
                    throw new IllegalStateException("no memory");
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no memory");
    }

    assertThat(runOnce(gate, () -> "hashed")).isEqualTo("hashed");
  }

  @Test
  void runsOnItsOwnThreads() {
    HashingGate gate = gate(Duration.milliseconds(0), true);

    assertThat(runOnce(gate, () -> Thread.currentThread().getName())).startsWith("hashing-");
    assertThat(runOnce(gate, () -> Thread.currentThread().isVirtual())).isFalse();
  }

  private HashingGate gate(Duration queue, boolean bounded) {
    HashingGate gate =
        new HashingGate(
            new HashingConfiguration(null, null, PERMITS, null),
            new LoginConfiguration(queue),
            bounded,
            OpenTelemetry.noop(),
            now::get);
    gates.add(gate);
    return gate;
  }

  private static void assertShed(HashingGate gate) {
    assertThatThrownBy(gate::reserve)
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> assertThat(refusal.type()).isEqualTo(ProblemType.LOGIN_CAPACITY_EXCEEDED));
  }

  private static <T> T runOnce(HashingGate gate, java.util.function.Supplier<T> work) {
    try (HashingGate.Slot slot = gate.reserve()) {
      return slot.run(work);
    }
  }

  private static String sleep(long millis) {
    try {
      Thread.sleep(millis);
      return "slept";
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  /** Occupies every hashing thread until it is released. */
  private static final class Busy implements AutoCloseable {
    private final HashingGate gate;
    private final CountDownLatch hold = new CountDownLatch(1);
    private final ExecutorService clients = Executors.newCachedThreadPool();

    Busy(HashingGate gate) throws Exception {
      this.gate = gate;
      CountDownLatch begun = new CountDownLatch(PERMITS);
      for (int i = 0; i < PERMITS; i++) {
        Future<?> _ =
            clients.submit(() ->
                runOnce(
                    gate,
                    () -> {
                      begun.countDown();
                      await(hold);
                      return "";
                    }));
      }
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Returns once the work waits in the queue. */
    <T> Future<T> submit(java.util.function.Supplier<T> work) throws Exception {
      Future<T> submitted = clients.submit(() -> runOnce(gate, work));
      Eventually.within(java.time.Duration.ofSeconds(10), () -> gate.queued() == 1);
      return submitted;
    }

    void awaitAdmitted(int count) throws Exception {
      Eventually.within(java.time.Duration.ofSeconds(10), () -> gate.read().admitted() == count);
    }

    void release() {
      hold.countDown();
    }

    @Override
    public void close() {
      release();
      clients.close();
    }
  }
}
