package dev.warmgate.request;

/** Says which service a key belongs to. */
public interface ServiceKeyVerification {
  /**
   * @throws dev.warmgate.problem.ApiException 401 if the key is not good, 503 if that cannot be
   *     known
   */
  ServiceCaller verify(String key);
}
