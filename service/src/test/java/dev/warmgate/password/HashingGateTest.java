package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HashingGateTest {
  private static final int PERMITS = 2;

  private final List<HashingGate> gates = new ArrayList<>();

  @AfterEach
  void stopGates() {
    gates.forEach(HashingGate::stop);
  }

  @Test
  void admitsAsManyAsItComputesAtOnceAndNoMoreWithoutAQueue() {
    HashingGate gate = gate(Duration.milliseconds(0), true);
    HashingGate.Slot first = gate.reserve();
    HashingGate.Slot second = gate.reserve();

    assertShed(gate);
    assertShed(gate);

    first.close();
    HashingGate.Slot third = gate.reserve();
    assertShed(gate);
    second.close();
    third.close();
  }

  @Test
  void admitsWhatIsHashedWithinTheQueueTime() {
    // By the first estimate of 25 ms two threads hash 8 within 100 ms.
    HashingGate gate = gate(Duration.milliseconds(100), true);
    for (int i = 0; i < PERMITS + 8; i++) {
      gate.reserve();
    }

    assertShed(gate);
  }

  @Test
  void admitsLessWhenHashesTakeLonger() {
    HashingGate gate = gate(Duration.milliseconds(100), true);
    for (int i = 0; i < 30; i++) {
      runOnce(gate, () -> sleep(60));
    }

    // 60 ms each: 2 in work and at most 3 waiting; by the first estimate it would have been 8.
    for (int i = 0; i < PERMITS; i++) {
      gate.reserve();
    }
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 5; i++) {
                gate.reserve();
              }
            })
        .isInstanceOf(ApiException.class);
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
  void neverComputesMoreAtOnceThanItHasPermits() throws Exception {
    HashingGate gate = gate(Duration.seconds(1), false);
    AtomicInteger now = new AtomicInteger();
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
                      most.accumulateAndGet(now.incrementAndGet(), Math::max);
                      full.countDown();
                      await(full);
                      sleep(2);
                      return now.decrementAndGet();
                    })));
      }
      for (Future<Integer> hash : hashes) {
        hash.get(20, TimeUnit.SECONDS);
      }
    }

    assertThat(most).hasValue(PERMITS);
  }

  @Test
  void throwsWhatTheWorkThrewAndFreesItsSlot() {
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
            new HashingConfiguration(null, null, PERMITS),
            new LoginConfiguration(queue),
            bounded,
            OpenTelemetry.noop());
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
}
