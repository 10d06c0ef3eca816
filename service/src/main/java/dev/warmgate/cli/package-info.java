/**
 * The commands of the jar besides {@code server}. They read their arguments, call the feature that
 * does the work, and report by their exit status.
 */
package dev.warmgate.cli;
