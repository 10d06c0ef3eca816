/**
 * Load and what it is measured with: the generator and its results, the accounts that it uses, the
 * service that it measures, processor time, and the speed of the machine itself.
 */
package dev.warmgate.loadtest.load;
