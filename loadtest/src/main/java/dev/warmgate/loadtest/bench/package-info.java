/**
 * Benchmarks of latency and cost against a stack of their own, mostly as ratios within one run;
 * {@code scripts/gate.sh --bench} starts them.
 */
package dev.warmgate.loadtest.bench;
