package dev.warmgate.loadtest.gate;

/**
 * One request and what came of it; times by {@link System#nanoTime}.
 *
 * @param arrival of its user, if it is the first request of that user; else null
 * @param status 0 if there was no answer
 */
record Sample(
    String request,
    Arrival arrival,
    long startNanos,
    long endNanos,
    int status,
    Outcome outcome,
    String traceId) {
  /** What came of a request. */
  enum Outcome {
    SUCCESS,
    /** Turned away by the hashing gate. */
    SHED,
    /** Turned away by a rate limit. */
    LIMITED,
    /** Turned away because PostgreSQL or Redis is not there. */
    UNAVAILABLE,
    FAILED
  }

  /** From the moment it was meant to start: a late generator makes nothing look faster. */
  double millis() {
    return (endNanos - intendedNanos()) / 1e6;
  }

  long intendedNanos() {
    return arrival == null ? startNanos : arrival.due();
  }
}
