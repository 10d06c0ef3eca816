/**
 * What runs before every endpoint, in the order that {@code FilterOrder} declares. It depends on
 * the features that it asks; only the wiring and the reports on filters use it.
 */
package dev.warmgate.filter;
