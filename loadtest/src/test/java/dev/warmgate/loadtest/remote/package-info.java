/**
 * A Warmgate that is not ours under a load that is: how its requests say so, and how the accounts
 * that were made for it go away again. For the simulations.
 */
package dev.warmgate.loadtest.remote;
