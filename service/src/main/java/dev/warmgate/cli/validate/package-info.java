/**
 * Judges a running Warmgate from outside, local or deployed, as its clients see it: the command
 * {@code validate}. It knows the API by its own literal copies and shares no code with what it
 * judges.
 */
package dev.warmgate.cli.validate;
