package dev.warmgate.loadtest.gate.measure;

import dev.warmgate.loadtest.load.ForeignLoad;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Observes a running simulation: samples its resources and the load of other programs, and shows
 * the progress.
 */
public final class Observation implements AutoCloseable {
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

  public Observation(
      Measurements measurements, UsageSampler sampler, Progress progress, Path stack) {
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

  public List<Usage> usages() {
    return List.copyOf(usages);
  }

  /** Returns the average number of cores that other programs used during the measurement. */
  public double foreignCores() {
    return foreignCores;
  }

  /** Returns the average number of cores that the load generator used during the measurement. */
  public double generatorCores() {
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
