package dev.warmgate.password;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * Fits the memory of concurrent hashes into the memory of the container, or of the machine if that
 * has no limit: the kernel would otherwise kill the service under load. What does not fit is said
 * at the start.
 *
 * @param limitMib memory of the container
 * @param heapMib largest heap
 * @param jvmMib what the JVM takes outside the heap
 */
record MemoryBudget(long limitMib, long heapMib, long jvmMib) {
  /** Classes, code, threads and buffers under five times the load; {@code ContainerMemoryIT}. */
  private static final int JVM_MIB = 160;

  private static final int AGENT_MIB = 110;

  /**
   * @param traced whether the OpenTelemetry agent is there, which takes memory, too
   */
  static MemoryBudget ofThisProcess(boolean traced) {
    // Knows the limit of the container.
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new MemoryBudget(
        mib(system.getTotalMemorySize()),
        mib(Runtime.getRuntime().maxMemory()),
        JVM_MIB + (traced ? AGENT_MIB : 0));
  }

  private static long mib(long bytes) {
    return bytes / 1024 / 1024;
  }

  /**
   * Returns how many hashes may run at once: as configured, or as many as fit, but one at least.
   */
  int permits(HashingConfiguration hashing) {
    long fitting = (limitMib - heapMib - jvmMib) * 1024 / hashing.memoryKib();
    return hashing.threads() > 0
        ? hashing.threads()
        : (int) Math.max(1, Math.min(processors(), fitting));
  }

  /** Returns what to change if there is too little memory for the processors, or at all. */
  Optional<String> advice(HashingConfiguration hashing) {
    int permits = permits(hashing);
    long needed = heapMib + jvmMib + mib(1024L * permits * hashing.memoryKib());
    if (needed > limitMib) {
      return Optional.of(
          ("memory: %d MiB are not enough for %d MiB of heap, about %d MiB outside it and %d"
                  + " hashes at once (hashing.threads, hashing.memory_kib): under load the kernel"
                  + " may kill the service; give it at least %d MiB, or lower -Xmx or"
                  + " HASHING_MEMORY_KIB")
              .formatted(limitMib, heapMib, jvmMib, permits, needed));
    }
    if (hashing.threads() == 0 && permits < processors()) {
      return Optional.of(
          ("memory: %d MiB have room for %d hashes at once, although there are %d processors: for"
                  + " more logins per second raise the limit by %d MiB for each")
              .formatted(limitMib, permits, processors(), 1 + mib(1024L * hashing.memoryKib())));
    }
    return Optional.empty();
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }
}
