package dev.warmgate.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TableStateTest {
  private static final TableState EARLY = new TableState(1000, 0, 2_000_000);

  @Test
  void countsDeadRowsAmongAll() {
    assertThat(new TableState(80, 20, 0).deadPercent()).isEqualTo(20);
    assertThat(new TableState(0, 0, 0).deadPercent()).isZero();
  }

  @Test
  void expectsATableToGrowWithItsRows() {
    assertThat(new TableState(3000, 0, 6_000_000).growthSince(EARLY)).isEqualTo(1);
    assertThat(new TableState(3000, 0, 9_000_000).growthSince(EARLY)).isEqualTo(1.5);
  }

  @Test
  void expectsATableThatLosesRowsToKeepItsSize() {
    assertThat(new TableState(10, 0, 2_000_000).growthSince(EARLY)).isEqualTo(1);
    assertThat(new TableState(0, 0, 4_000_000).growthSince(EARLY)).isEqualTo(2);
  }

  @Test
  void doesNotJudgeSmallTables() {
    assertThat(new TableState(1, 9, 81_920).isJudged()).isFalse();
    assertThat(EARLY.isJudged()).isTrue();
  }
}
