/**
 * Passwords: what may be one, how it is hashed, and how many are hashed at once. Nothing here knows
 * whose password it is.
 */
package dev.warmgate.password;
