/**
 * Tells other services, at URLs that an admin names, what happened here: signed, at least once, and
 * never while a request waits.
 */
package dev.warmgate.webhook;
