package dev.warmgate.dashboards;

import static dev.warmgate.dashboards.Expectations.OTHERS;

/** The values that the board of the JVM must show, whatever the load was. */
final class ExpectedJvm {
  private ExpectedJvm() {}

  static void add(Expectations expect) {
    expect.board("warmgate-jvm");
    expect.panel("Processor").between(OTHERS, 0, 1.1);
    expect.panel("Load").upTo(OTHERS, 1000);
    expect.panel("Processor time").upTo(OTHERS, Runtime.getRuntime().availableProcessors() * 1.1);
    double heap = 192 << 20;
    expect
        .panel("Heap by pool")
        .between("limit of the old generation", heap / 2, heap)
        .between(OTHERS, 0, heap);
    expect.panel("Heap after collection").between(OTHERS, 0, 1);
    expect.panel("Non-heap memory").upTo(OTHERS, 1L << 30);
    expect.panel("Time in garbage collection").between(OTHERS, 0, 1);
    expect.panel("Collections").between(OTHERS, 0, 6000);
    expect.panel("Buffers").between(OTHERS, 0, 1L << 30);
    expect.panel("Threads by state").upTo("runnable", 400).upTo(OTHERS, 400);
    expect.panel("Open files").between(OTHERS, 20, 2000);
    expect.panel("Classes").between(OTHERS, 5000, 50_000);
    expect.panel("Running versions").is(OTHERS, 1);
  }
}
