package dev.warmgate.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicBoolean inUse = new AtomicBoolean();

  @Test
  void beginsSlowlyAndSpeedsUpWhereNobodyIs() {
    Pace pace = new Pace(0, inUse::get);
    assertThat(pace.rows()).isEqualTo(100);

    assertThat(pace.look()).isFalse();

    assertThat(pace.rows()).isEqualTo(5000);
    assertThat(pace.restNanos(5000, 0)).isZero();
  }

  @Test
  void yieldsWhilePeopleUseTheService() {
    Pace pace = new Pace(0, inUse::get);
    boolean _ = pace.look();
    inUse.set(true);

    assertThat(pace.look()).as("is told").isTrue();
    assertThat(pace.look()).as("is told once").isFalse();
    assertThat(pace.rows()).isEqualTo(100);
    assertThat(pace.restNanos(100, SECOND / 50))
        .as("ten batches a second")
        .isEqualTo(SECOND * 2 / 25);
    assertThat(pace.restNanos(5000, SECOND)).as("after a large batch").isEqualTo(4 * SECOND);

    inUse.set(false);
    assertThat(pace.look()).isFalse();
    assertThat(pace.rows()).isEqualTo(5000);
    inUse.set(true);
    assertThat(pace.look()).isFalse();
    assertThat(pace.rows()).isEqualTo(100);
  }

  @Test
  void keepsTheRateThatTheOperatorHasSet() {
    for (boolean used : new boolean[] {true, false}) {
      inUse.set(used);
      Pace pace = new Pace(20_000, inUse::get);

      assertThat(pace.look()).isFalse();
      assertThat(pace.rows()).isEqualTo(2000);
      assertThat(pace.restNanos(2000, 0)).isEqualTo(SECOND / 10);
      assertThat(pace.restNanos(2000, SECOND)).isZero();
    }
  }

  @Test
  void hasBatchesOfOneToFiveThousandRows() {
    assertThat(new Pace(1, inUse::get).rows()).isOne();
    assertThat(new Pace(1_000_000, inUse::get).rows()).isEqualTo(5000);
    assertThat(new Pace(1, inUse::get).restNanos(20_000, 0)).isEqualTo(20_000 * SECOND);
  }
}
