package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BacklogTest {
  private static final long SECOND = 1_000_000_000L;

  /** Near the overflow, where System.nanoTime may be too. */
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);

  private final Backlog backlog = new Backlog(now::get);

  @Test
  void givesEachRefusedCallerALaterTurn() {
    assertThat(backlog.add(SECOND, SECOND / 40)).isEqualTo(SECOND + SECOND / 40);
    for (int i = 0; i < 39; i++) {
      backlog.add(SECOND, SECOND / 40);
    }

    assertThat(backlog.add(SECOND, SECOND / 40)).isEqualTo(2 * SECOND + SECOND / 40);
  }

  @Test
  void forgetsTheTurnsThatHavePassed() {
    for (int i = 0; i < 80; i++) {
      backlog.add(0, SECOND / 40);
    }
    now.addAndGet(2 * SECOND);

    assertThat(backlog.add(0, SECOND / 40)).isEqualTo(SECOND / 40);
  }

  @Test
  void limitsTheDelayToThirtySeconds() {
    for (int i = 0; i < 10_000; i++) {
      backlog.add(0, SECOND / 40);
    }

    assertThat(backlog.add(0, SECOND / 40)).isEqualTo(30 * SECOND);
  }
}
