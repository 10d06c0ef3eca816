/**
 * Redis: one connection with short timeouts that may be down at any time. Only what can do without
 * it uses it.
 */
package dev.warmgate.redis;
