/**
 * The spans that the service exports: received, checked for the order of the filters, and passed on
 * to Zipkin.
 */
package dev.warmgate.loadtest.trace;
