/**
 * The keys that sign access tokens: made, rotated, encrypted at rest and published. {@code token}
 * signs and verifies with them; commands rotate and retire them.
 */
package dev.warmgate.signingkey;
