package dev.warmgate.loadtest.benchmark;

/** One row or two of what is claimed about latency and cost. */
interface Benchmark {
  void run(Report report) throws Exception;
}
