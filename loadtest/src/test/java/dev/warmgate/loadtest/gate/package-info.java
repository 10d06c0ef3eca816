/**
 * The load gate: simulations, what they measure, and the verdict on it. {@link
 * dev.warmgate.loadtest.gate.Gate} runs them one after the other for {@code scripts/gate.sh}; Maven
 * runs {@link dev.warmgate.loadtest.gate.LoginSimulation} alone.
 */
package dev.warmgate.loadtest.gate;
