/**
 * What Jetty does around the filters: slow clients, unread bodies, draining, the context of each
 * request. Set up by {@code WarmgateApplication}; nobody else calls it.
 */
package dev.warmgate.connector;
