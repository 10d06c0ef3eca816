/**
 * Keys with which other services call the endpoints meant for them. Operators create, list and
 * revoke them; {@code filter} verifies them.
 */
package dev.warmgate.servicekey;
