/**
 * Keys with which other services call the few endpoints that are for them: made, listed and revoked
 * by operators, checked by {@code filter}.
 */
package dev.warmgate.servicekey;
