/**
 * Access tokens: issued, verified, remembered. The table of sessions belongs to {@code session};
 * here it is only read.
 */
package dev.warmgate.token;
