package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.benchmark.ForeignLoad;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Looks on while a simulation runs: what it uses, who else is busy, how far it is. */
final class Observation implements AutoCloseable {
  private static final int MILLIS = 1000;

  private final List<Usage> usages = new CopyOnWriteArrayList<>();
  private final Measurements measurements;
  private final UsageSampler sampler;
  private final Progress progress;
  private final Path stack;
  private final Thread thread;
  private volatile ForeignLoad foreign;
  private volatile double foreignCores;
  private volatile boolean ended;

  Observation(Measurements measurements, UsageSampler sampler, Progress progress, Path stack) {
    this.measurements = measurements;
    this.sampler = sampler;
    this.progress = progress;
    this.stack = stack;
    thread = Thread.ofPlatform().daemon().name("observation").start(this::watch);
  }

  private void watch() {
    try {
      while (!ended) {
        boolean measured = measurements.hasBegun();
        if (measured && foreign == null) {
          foreign = new ForeignLoad(stack);
        }
        Thread.sleep(MILLIS);
        if (!ended) {
          usages.add(sampler.take(measured));
          progress.show(measured, measurements.live().read());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<Usage> usages() {
    return List.copyOf(usages);
  }

  /** Cores that other programs took on average while it was measured. */
  double foreignCores() {
    return foreignCores;
  }

  /** Of a core, on average while it was measured. */
  double generatorCores() {
    return usages.stream()
        .filter(Usage::measured)
        .mapToDouble(Usage::generatorCores)
        .average()
        .orElse(0);
  }

  @Override
  public void close() {
    if (foreign != null) {
      foreignCores = foreign.cores();
    }
    ended = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sampler.close();
    progress.clear();
  }
}
