/**
 * The commands of the jar besides {@code server}: they read their arguments, call the feature that
 * does the work, and say how it ended by their exit status.
 */
package dev.warmgate.cli;
