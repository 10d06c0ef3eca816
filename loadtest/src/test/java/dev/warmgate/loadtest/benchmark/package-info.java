/**
 * Measures what loadtest/README.md claims of latency and cost, against a stack of its own and as
 * ratios within one run; started by {@code scripts/gate.sh --bench}.
 */
package dev.warmgate.loadtest.benchmark;
