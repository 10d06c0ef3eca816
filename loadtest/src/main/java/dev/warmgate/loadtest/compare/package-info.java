/**
 * Compares builds, settings, and the gate's runs over time. Used only by {@code scripts/gate.sh}.
 */
package dev.warmgate.loadtest.compare;
