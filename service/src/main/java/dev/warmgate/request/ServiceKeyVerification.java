package dev.warmgate.request;

/** Verifies service keys. */
public interface ServiceKeyVerification {
  /**
   * @throws dev.warmgate.problem.ApiException 401 if the key is not valid, 503 if it cannot be
   *     checked
   */
  ServiceCaller verify(String key);
}
