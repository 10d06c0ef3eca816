/**
 * The load gate: simulations, measurements and the verdict. {@link dev.warmgate.loadtest.gate.Gate}
 * runs the simulations one after the other for {@code scripts/gate.sh}; Maven runs only {@link
 * dev.warmgate.loadtest.gate.simulation.LoginSimulation}.
 */
package dev.warmgate.loadtest.gate;
