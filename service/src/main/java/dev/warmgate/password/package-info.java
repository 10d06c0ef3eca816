/**
 * The password policy, hashing, and the limit on concurrent hashes. This package knows nothing
 * about accounts.
 */
package dev.warmgate.password;
