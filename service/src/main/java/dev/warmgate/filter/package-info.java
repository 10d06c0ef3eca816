/**
 * What runs before every endpoint, in the order that {@code FilterOrder} declares, and the
 * annotations by which an endpoint says what it needs. Features use the annotations and {@code
 * Caller}; filters know no feature but rate limits.
 */
package dev.warmgate.filter;
