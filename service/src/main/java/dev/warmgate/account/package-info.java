/** Accounts: registering, the caller's own account, its password and its end. */
package dev.warmgate.account;
