/** The report of the gate and of the benchmarks, for people and for programs. */
package dev.warmgate.loadtest.gate.report;
