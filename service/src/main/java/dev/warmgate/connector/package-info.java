/**
 * What Jetty does around the filters: slow clients, unfinished bodies, draining, and the context of
 * each request. Only the wiring uses it.
 */
package dev.warmgate.connector;
