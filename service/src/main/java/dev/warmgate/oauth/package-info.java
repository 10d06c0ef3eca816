/**
 * Warmgate as OAuth clients and resource servers know one: metadata, the trade of refresh tokens,
 * introspection and revocation. Everything is done by {@code session} and {@code token}; here it is
 * put into the words of the RFCs.
 */
package dev.warmgate.oauth;
