package dev.warmgate.loadtest.benchmark;

import java.nio.file.Path;

/** What other programs took of the processors while something was measured. */
public final class ForeignLoad {
  public static final double MOST_CORES = 0.15;

  private final Path stack;
  private final long began = System.nanoTime();
  private final double everyones = Cpu.everyones();
  private final double ours;

  public ForeignLoad(Path stack) {
    this.stack = stack;
    this.ours = Cpu.ours(stack);
  }

  /** Cores, on average since the beginning. */
  public double cores() {
    double seconds = (System.nanoTime() - began) / 1e9;
    double others = Cpu.everyones() - everyones - (Cpu.ours(stack) - ours);
    return Math.max(0, others / seconds);
  }
}
