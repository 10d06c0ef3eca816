/**
 * Telemetry names, and latency statistics that are kept in the process. Every package may use it;
 * it uses no other.
 */
package dev.warmgate.telemetry;
