/** Leaves a dependency alone that does not answer; knows nothing of the rest of Warmgate. */
package dev.warmgate.breaker;
