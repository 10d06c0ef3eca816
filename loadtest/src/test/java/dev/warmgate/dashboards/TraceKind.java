package dev.warmgate.dashboards;

/** What the collector must do with a trace. */
enum TraceKind {
  /** The service, or what it needs, has failed. */
  FAILED,
  /** It took the service itself more than 1.5 s. */
  SLOW,
  EXEMPLAR,
  /** Turned away by admission or a limit. */
  REFUSED,
  /** Looks like a failure, or slow, but a client can cause it at will. */
  PROVOKED,
  ORDINARY;

  /** Whether every such trace must be kept, below the ceiling. */
  boolean isKept() {
    return this == FAILED || this == SLOW || this == EXEMPLAR;
  }
}
