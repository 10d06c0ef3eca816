/**
 * Delivers events to URLs that administrators configure: signed, at least once, and never as part
 * of a request.
 */
package dev.warmgate.webhook;
