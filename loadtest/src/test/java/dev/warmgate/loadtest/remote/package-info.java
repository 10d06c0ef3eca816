/**
 * Load on a service that the gate does not run itself: marking the load's requests, and creating
 * and deleting its accounts.
 */
package dev.warmgate.loadtest.remote;
