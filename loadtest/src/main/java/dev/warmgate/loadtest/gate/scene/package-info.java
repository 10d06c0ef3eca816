/**
 * The service under the gate's load, and what happens to it meanwhile: starts, restarts, faults.
 */
package dev.warmgate.loadtest.gate.scene;
