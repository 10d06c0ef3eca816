/** Accounts: their addresses, password checks, login attempts, and deletion. */
package dev.warmgate.account;
