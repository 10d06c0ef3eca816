/**
 * Secrets that come from the environment: how they are written, listed and refused when weak, and
 * what is encrypted with them.
 */
package dev.warmgate.secret;
