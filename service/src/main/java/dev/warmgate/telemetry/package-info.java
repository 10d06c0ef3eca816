/**
 * The names under which Warmgate reports spans, metrics and attributes; every package may use it.
 */
package dev.warmgate.telemetry;
