package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests how many hashes run at once in little memory, and what the start says then. */
final class MemoryBudgetTest {
  private static final int HASH_MIB = 19;
  private static final MemoryBudget AMPLE = new MemoryBudget(1 << 20, 192, 270);

  private static HashingConfiguration threads(int threads) {
    return new HashingConfiguration(null, null, threads, null);
  }

  @Test
  void hashesOnEveryProcessorIfThereIsRoom() {
    assertThat(AMPLE.permits(threads(0))).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(AMPLE.advice(threads(0))).isEmpty();
  }

  @Test
  void hashesNoMoreAtOnceThanFit() {
    MemoryBudget roomForOne = new MemoryBudget(192 + 270 + HASH_MIB, 192, 270);

    assertThat(roomForOne.permits(threads(0))).isEqualTo(1);
    if (Runtime.getRuntime().availableProcessors() > 1) {
      assertThat(roomForOne.advice(threads(0))).get().asString().contains("room for 1 hashes");
    }
  }

  @Test
  void saysHowMuchMemoryIsMissing() {
    MemoryBudget small = new MemoryBudget(256, 192, 270);

    assertThat(small.permits(threads(0))).isEqualTo(1);
    assertThat(small.advice(threads(0)))
        .get()
        .asString()
        .contains("256 MiB are not enough", "at least 481 MiB", "HASHING_MEMORY_KIB");
  }

  @Test
  void obeysANumberOfThreadsButSaysIfTheyDoNotFit() {
    MemoryBudget container = new MemoryBudget(512, 192, 270);

    assertThat(container.permits(threads(2))).isEqualTo(2);
    assertThat(container.advice(threads(2))).isEmpty();
    assertThat(container.permits(threads(8))).isEqualTo(8);
    assertThat(container.advice(threads(8)))
        .get()
        .asString()
        .contains("hashing.threads", "at least 614 MiB");
  }
}
