/**
 * Recent revocations. Code that ends something writes a row of {@code revocation} in the same
 * statement and then calls {@code RevocationFeed.announce}; every cache consults the feed at each
 * hit.
 */
package dev.warmgate.revocation;
