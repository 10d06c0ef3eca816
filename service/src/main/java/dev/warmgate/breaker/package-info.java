/** A circuit breaker for dependencies that do not answer; depends on nothing else in Warmgate. */
package dev.warmgate.breaker;
