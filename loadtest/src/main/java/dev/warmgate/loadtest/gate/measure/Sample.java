package dev.warmgate.loadtest.gate.measure;

import dev.warmgate.loadtest.load.Arrival;

/**
 * One request and its outcome; times by {@link System#nanoTime}.
 *
 * @param arrival the arrival of its user if it is the user's first request, else null
 * @param status 0 if there was no answer
 */
public record Sample(
    String request,
    Arrival arrival,
    long startNanos,
    long endNanos,
    int status,
    Outcome outcome,
    String traceId) {
  /** The outcome of a request. */
  public enum Outcome {
    SUCCESS,
    /** Refused by the hashing gate. */
    SHED,
    /** Refused by a rate limit. */
    LIMITED,
    /** Refused because PostgreSQL or Redis is unreachable. */
    UNAVAILABLE,
    FAILED
  }

  /**
   * Returns the latency in milliseconds from when the request was due, so that a late generator
   * does not hide delays.
   */
  public double millis() {
    return (endNanos - intendedNanos()) / 1e6;
  }

  public long intendedNanos() {
    return arrival == null ? startNanos : arrival.due();
  }
}
