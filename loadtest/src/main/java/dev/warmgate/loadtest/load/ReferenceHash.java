package dev.warmgate.loadtest.load;

import com.sun.management.OperatingSystemMXBean;
import dev.warmgate.password.HashingConfiguration;
import dev.warmgate.password.Password;
import dev.warmgate.password.PasswordHasher;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures the machine's current speed: bare password hashes of the same library, one thread per
 * processor.
 */
public final class ReferenceHash {
  private final PasswordHasher hasher = new PasswordHasher(HashingConfiguration.defaults());

  public record Figures(double perSecond, double cpuMsEach) {}

  public Figures measure(Duration time) {
    int processors = Runtime.getRuntime().availableProcessors();
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Password password = new Password("seven quiet lanterns");
    LongAdder hashes = new LongAdder();
    long cpu = system.getProcessCpuTime();
    long began = System.nanoTime();
    long end = began + time.toNanos();
    try (ExecutorService threads = Executors.newFixedThreadPool(processors)) {
      for (int i = 0; i < processors; i++) {
        threads.execute(() -> {
          while (System.nanoTime() < end) {
            hasher.matches(hasher.decoy(), password);
            hashes.increment();
          }
        });
      }
    }
    return new Figures(
        hashes.sum() / ((System.nanoTime() - began) / 1e9),
        (system.getProcessCpuTime() - cpu) / 1e6 / hashes.sum());
  }
}
