/** Secrets from the environment: parsing and strength checks, and encryption with them. */
package dev.warmgate.secret;
