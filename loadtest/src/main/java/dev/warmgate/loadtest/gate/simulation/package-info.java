/**
 * What the gate's users do and how it is judged. Creating a simulation starts nothing; {@code
 * gate.scene} starts and breaks services.
 */
package dev.warmgate.loadtest.gate.simulation;
