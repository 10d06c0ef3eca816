package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.problem.ApiException;
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

/** Checks what hashes of another cost than the usual one do to the others in the gate. */
final class HashingWeightTest {
  private static final HashCost USUAL = HashCost.argon2(19456, 2);

  private final AtomicLong now = new AtomicLong();
  private final List<HashingGate> gates = new ArrayList<>();

  @AfterEach
  void stopGates() {
    gates.forEach(HashingGate::stop);
  }

  /** A hash that takes as long as ten takes ten places, as long as it runs. */
  @Test
  void countsAnExpensiveHashAsSeveral() throws Exception {
    HashingGate gate = gate(true);
    HashCost ten = new HashCost(1, 10 * USUAL.millis());
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch hold = new CountDownLatch(1);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> expensive =
          clients.submit(() -> {
            try (HashingGate.Slot slot = gate.reserve()) {
              return slot.run(
                  ten,
                  () -> {
                    begun.countDown();
                    await(hold);
                    return "hashed";
                  });
            }
          });
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

      assertThat(gate.read().admitted()).isEqualTo(10);
      assertThatThrownBy(gate::reserve).isInstanceOf(ApiException.class);
      hold.countDown();
      assertThat(expensive.get(20, TimeUnit.SECONDS)).isEqualTo("hashed");
    }
    assertThat(gate.read().admitted()).isZero();
  }

  @Test
  void runsAHashThatNeedsAllMemoryAlone() throws Exception {
    HashingGate gate = gate(false);
    HashCost large = new HashCost(100 * 1024, 1);
    AtomicInteger current = new AtomicInteger();
    AtomicInteger besides = new AtomicInteger();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> hashes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        boolean isLarge = i % 4 == 0;
        hashes.add(
            clients.submit(() -> {
              try (HashingGate.Slot slot = gate.reserve()) {
                return slot.run(
                    isLarge ? large : USUAL,
                    () -> {
                      int running = current.incrementAndGet();
                      if (isLarge) {
                        besides.accumulateAndGet(running - 1, Math::max);
                      }
                      String slept = sleep(1);
                      current.decrementAndGet();
                      return slept;
                    });
              }
            }));
      }
      for (Future<String> hash : hashes) {
        assertThat(hash.get(20, TimeUnit.SECONDS)).isEqualTo("slept");
      }
    }

    assertThat(besides).hasValue(0);
  }

  /** Otherwise a migration would make the queue shorter than it is. */
  @Test
  void doesNotLearnFromHashesOfAnotherCost() {
    HashingGate gate = gate(true);
    double before = gate.read().estimateMs();
    for (int i = 0; i < 30; i++) {
      try (HashingGate.Slot slot = gate.reserve()) {
        long _ = slot.run(new HashCost(1, 300), () -> now.addAndGet(300_000_000));
      }
    }

    assertThat(gate.read().estimateMs()).isEqualTo(before);
  }

  private HashingGate gate(boolean bounded) {
    HashingGate gate =
        new HashingGate(
            new HashingConfiguration(null, null, 2, null),
            new LoginConfiguration(Duration.milliseconds(100)),
            bounded,
            OpenTelemetry.noop(),
            now::get);
    gates.add(gate);
    return gate;
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
      boolean _ = latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
