/** Deletes what is too old to matter, a little at a time; what that is, its owners say. */
package dev.warmgate.housekeeping;
