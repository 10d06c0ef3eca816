package dev.warmgate.testkit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.regex.Pattern;

/**
 * The processor time of the threads that answer requests: the server's and the hashing ones. Unlike
 * time by the clock it does not grow while other programs have the processor, or the compiler.
 */
public final class ServingTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Pattern SERVING = Pattern.compile("(dw|hashing)-.*");
  private static final Pattern SERVING_BUT_HASHING = Pattern.compile("dw-.*");

  private ServingTime() {}

  /** What a request took, in ms, if it is the only one. */
  public static double millisOf(Runnable request) {
    return millisOf(request, SERVING);
  }

  /** The same but for the hash that it may have needed. */
  public static double millisBesideHashingOf(Runnable request) {
    return millisOf(request, SERVING_BUT_HASHING);
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
