/**
 * Statistics of requests: which filters ran, how long they took, the latest and the slowest. A
 * response filter records them; the observatory and the status endpoints read them.
 */
package dev.warmgate.traffic;
