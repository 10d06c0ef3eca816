/** Faults for tests and the gate: a faulty network, and kills. */
package dev.warmgate.loadtest.fault;
