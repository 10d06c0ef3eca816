package dev.warmgate.request;

/** Keeps who was refused what they may not do; costs the request nothing. */
public interface AccessTrail {
  /** The caller of this thread's request may not do what they asked for. */
  void accessDenied();
}
