package dev.warmgate.warmup;

/**
 * One thing to do before the service is ready.
 *
 * @param required whether the service waits for it; a required step is tried until it succeeds
 * @param step throws if it could not be done
 */
public record Warmer(String name, boolean required, Runnable step) {}
