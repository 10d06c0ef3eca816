package dev.warmgate.loadtest.load;

import java.nio.file.Path;

/** The processor time that other programs use during a measurement. */
public final class ForeignLoad {
  private final Path[] stacks;
  private final long began = System.nanoTime();
  private final double totalAtStart = Cpu.totalSeconds();
  private final double ownAtStart;

  public ForeignLoad(Path... stacks) {
    this.stacks = stacks;
    this.ownAtStart = Cpu.ownSeconds(stacks);
  }

  /** Returns the average number of cores used since this object was created. */
  public double cores() {
    double seconds = (System.nanoTime() - began) / 1e9;
    double others = Cpu.totalSeconds() - totalAtStart - (Cpu.ownSeconds(stacks) - ownAtStart);
    return Math.max(0, others / seconds);
  }
}
