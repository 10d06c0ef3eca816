/**
 * The application itself: reads its configuration, builds every object by hand, and starts them in
 * one visible order. Nothing may depend on this package.
 */
package dev.warmgate;
