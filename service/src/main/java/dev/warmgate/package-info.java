/**
 * The application: reads its configuration, builds every object by hand, and starts them in one
 * visible order.
 */
package dev.warmgate;
