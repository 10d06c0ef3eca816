/**
 * Verifies the hashes that other services made of passwords. Nothing here makes one: the first good
 * login replaces it with Argon2id.
 */
package dev.warmgate.password.foreign;
