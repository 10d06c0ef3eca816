/** Passkeys (WebAuthn): registered by owners, and used in place of a password or after it. */
package dev.warmgate.passkey;
