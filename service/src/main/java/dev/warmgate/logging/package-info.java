/** What the log holds: at which levels, how often, and why something failed. */
package dev.warmgate.logging;
