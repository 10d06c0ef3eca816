/**
 * Passed, failed or invalid, and why: the checks and limits of the gate, the comparisons and the
 * benchmarks.
 */
package dev.warmgate.loadtest.gate.verdict;
