package dev.warmgate.request;

/** Records that a browser has sent the key of a service, without delaying the request. */
public interface ExposedKeyTrail {
  void keyExposed(ServiceCaller service);
}
