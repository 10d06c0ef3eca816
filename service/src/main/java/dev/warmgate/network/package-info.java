/**
 * Networks, which of them are public, and names of hosts; knows nothing of the rest of Warmgate.
 */
package dev.warmgate.network;
