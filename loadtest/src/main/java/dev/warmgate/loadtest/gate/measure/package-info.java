/**
 * What is measured during a simulation: requests, arrivals, resources, traces, and the capacity
 * before it.
 */
package dev.warmgate.loadtest.gate.measure;
