package dev.warmgate.request;

/** Records denied access without delaying the request. */
public interface AccessTrail {
  /** Records that the caller of the current request lacks a permission. */
  void accessDenied();
}
