package dev.warmgate.request;

/** Verifies access tokens. */
public interface TokenVerification {
  /**
   * @throws dev.warmgate.problem.ApiException 401 if the token is not valid, 503 if it cannot be
   *     checked
   */
  Caller verify(String token);
}
