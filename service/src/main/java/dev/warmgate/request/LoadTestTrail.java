package dev.warmgate.request;

/** Keeps which services go past the limits per client address; costs the request nothing. */
public interface LoadTestTrail {
  void loadTestUsed(ServiceCaller service);
}
