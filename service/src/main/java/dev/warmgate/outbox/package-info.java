/**
 * Sends what other features have written to an outbox in the database: at least once, and never as
 * part of a request.
 */
package dev.warmgate.outbox;
