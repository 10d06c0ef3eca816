/**
 * Access tokens: issuing, verification and the cache. The table of sessions belongs to {@code
 * session}; this package only reads it.
 */
package dev.warmgate.token;
