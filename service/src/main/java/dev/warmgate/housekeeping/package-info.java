/** Ends and deletes what is over, a little at a time; what that is, its owners say. */
package dev.warmgate.housekeeping;
