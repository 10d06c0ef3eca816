/** Networks, public addresses and host names; depends on nothing else in Warmgate. */
package dev.warmgate.network;
