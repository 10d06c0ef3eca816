package dev.warmgate.request;

/** Records which services bypass the limits per client address, without delaying the request. */
public interface LoadTestTrail {
  void loadTestUsed(ServiceCaller service);
}
