package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class PasswordHasherTest {
  private static final int CALLERS = 8;

  private final PasswordHasher hasher = new PasswordHasher(HashingConfiguration.defaults());

  @Test
  void makesOneDecoyForConcurrentCallers() {
    Set<String> decoys = ConcurrentHashMap.newKeySet();
    CountDownLatch together = new CountDownLatch(CALLERS);
    try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      for (int i = 0; i < CALLERS; i++) {
        threads.execute(() -> {
          together.countDown();
          try {
            together.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
          decoys.add(hasher.decoy());
        });
      }
    }

    assertThat(decoys).hasSize(1);
    assertThat(hasher.isOutdated(hasher.decoy())).isFalse();
  }

  /** A hash of another service may be of what was typed, which is a second check. */
  @Test
  void countsTheSecondFormOfAPassword() {
    String bcrypt = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    HashCost once = hasher.cost(bcrypt, new Password("caf\u00e9"));

    assertThat(hasher.cost(bcrypt, new Password("cafe\u0301"))).isEqualTo(once.twice());
    assertThat(hasher.cost(hasher.decoy(), new Password("cafe\u0301")))
        .isEqualTo(hasher.usualCost());
  }
}
