/**
 * Comparisons: one build with another, one setting with another, and the runs of the gate with the
 * runs before them. Called by {@code scripts/gate.sh} only.
 */
package dev.warmgate.loadtest.compare;
