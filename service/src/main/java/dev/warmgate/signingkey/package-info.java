/**
 * The keys that sign access tokens: creation, rotation, encryption at rest and publication. {@code
 * token} signs and verifies with them; commands rotate and retire them.
 */
package dev.warmgate.signingkey;
