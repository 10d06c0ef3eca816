/** The steps that run before the service is ready, and their progress. */
package dev.warmgate.warmup;
