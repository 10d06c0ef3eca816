package dev.warmgate.request;

/** Says who an access token speaks for. */
public interface TokenVerification {
  /**
   * @throws dev.warmgate.problem.ApiException 401 if the token is not good, 503 if that cannot be
   *     known
   */
  Caller verify(String token);
}
