package dev.warmgate.loadtest.bench;

/** A benchmark of one aspect of latency or cost. */
interface Benchmark {
  void run(Bars bars) throws Exception;
}
