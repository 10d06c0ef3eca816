/**
 * What was seen of requests: which filters met them, how long they took, the latest and the
 * slowest. Written by its response filter; read by the observatory and the status endpoints.
 */
package dev.warmgate.traffic;
