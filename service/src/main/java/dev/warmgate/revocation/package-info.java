/**
 * What was revoked lately. Whoever ends something writes a row of {@code revocation} in the same
 * statement and then calls {@code RevocationFeed.announce}; every cache asks the feed at each hit.
 */
package dev.warmgate.revocation;
