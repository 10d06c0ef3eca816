package dev.warmgate;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/**
 * The processor time of the threads that answer requests: the server's and the hashing ones. Unlike
 * time by the clock it does not grow while other programs have the processor, or the compiler.
 */
final class ServingTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ServingTime() {}

  /** What a request took, in ms, if it is the only one. */
  static double millisOf(Runnable request) {
    long before = nanos();
    request.run();
    return (nanos() - before) / 1e6;
  }

  private static long nanos() {
    long sum = 0;
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().matches("(dw|hashing)-.*")) {
        sum += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }
}
