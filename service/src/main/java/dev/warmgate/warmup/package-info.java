/** What must be done before the service is ready, and how far it has come. */
package dev.warmgate.warmup;
