package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.Cpu;

/** Keeps a measurement from beginning while the server's code is still being compiled. */
final class Settling {
  private static final int LEAST = 3;

  /** The agent doubles what there is to compile. */
  private static final int MOST = 15;

  private static final double SETTLED = 0.03;

  private Settling() {}

  /** Some seconds of the load that will be measured. */
  interface Round {
    void run() throws InterruptedException;
  }

  /** Repeats rounds until the JIT compilers take a small part of the server's processor time. */
  static void of(long pid, Round round) throws InterruptedException {
    double share = 1;
    for (int i = 0; i < Bench.times(MOST) && (i < LEAST || share > SETTLED); i++) {
      double compilers = Cpu.compilerSeconds(pid);
      double all = Cpu.seconds(pid);
      round.run();
      share = (Cpu.compilerSeconds(pid) - compilers) / (Cpu.seconds(pid) - all);
    }
  }
}
