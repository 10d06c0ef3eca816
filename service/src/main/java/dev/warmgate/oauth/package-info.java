/**
 * Warmgate as an OAuth authorization server: metadata, the refresh token grant, introspection and
 * revocation. {@code session} and {@code token} do the work; this package translates between them
 * and the RFCs.
 */
package dev.warmgate.oauth;
