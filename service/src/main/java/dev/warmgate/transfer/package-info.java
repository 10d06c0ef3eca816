/**
 * Moves accounts in and out: imports from other services, which can be repeated, and exports.
 * Called by commands only.
 */
package dev.warmgate.transfer;
