package dev.warmgate.testkit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.regex.Pattern;

/**
 * Measures the processor time of the threads that serve requests and hash passwords. Unlike elapsed
 * time, it does not include the time of other programs and of the JIT compiler.
 */
public final class ServingTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Pattern SERVING = Pattern.compile("(dw|hashing)-.*");
  private static final Pattern SERVING_WITHOUT_HASHING = Pattern.compile("dw-.*");

  private ServingTime() {}

  /** Returns the time of a request in milliseconds, if no other request runs. */
  public static double millisOf(Runnable request) {
    return millisOf(request, SERVING);
  }

  /** Returns the time of a request without its hash, in milliseconds. */
  public static double millisWithoutHashingOf(Runnable request) {
    return millisOf(request, SERVING_WITHOUT_HASHING);
  }

  private static double millisOf(Runnable request, Pattern threads) {
    long before = nanos(threads);
    request.run();
    return (nanos(threads) - before) / 1e6;
  }

  private static long nanos(Pattern threads) {
    long sum = 0;
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && threads.matcher(thread.getThreadName()).matches()) {
        sum += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }
}
