/**
 * What runs before every endpoint, in the order that {@code FilterOrder} declares. It stands above
 * what it asks, and nobody but the wiring and what tells of filters uses it.
 */
package dev.warmgate.filter;
