/**
 * Sends mails over SMTP: queued in the same statement as their cause, at least once, and never as
 * part of a request.
 */
package dev.warmgate.mail;
