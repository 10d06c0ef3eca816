/**
 * Access tokens and the keys that sign them: issuing, verifying, publishing. The table of sessions
 * belongs to {@code session}; here it is only read.
 */
package dev.warmgate.token;
