/**
 * The names under which Warmgate reports spans, metrics and attributes, and what it remembers of
 * its own latency in the process; every package may use it, it uses none.
 */
package dev.warmgate.telemetry;
