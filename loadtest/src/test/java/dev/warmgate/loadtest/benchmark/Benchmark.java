package dev.warmgate.loadtest.benchmark;

/** A benchmark of one aspect of latency or cost. */
interface Benchmark {
  void run(Report report) throws Exception;
}
