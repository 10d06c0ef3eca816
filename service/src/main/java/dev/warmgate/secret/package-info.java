/** Secrets that come from the environment: how they are written, listed and refused when weak. */
package dev.warmgate.secret;
