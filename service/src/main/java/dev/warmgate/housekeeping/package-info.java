/** Ends and deletes expired data in small batches, with statements of the features that own it. */
package dev.warmgate.housekeeping;
