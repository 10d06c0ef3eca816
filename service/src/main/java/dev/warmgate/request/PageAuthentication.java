package dev.warmgate.request;

import jakarta.ws.rs.container.ContainerRequestContext;

/** Authenticates the callers of {@link Page}s. */
public interface PageAuthentication {
  /**
   * Returns the caller whose session the request's cookie holds.
   *
   * @throws dev.warmgate.problem.ApiException 401 if nobody is signed in, 503 if that cannot be
   *     checked
   */
  Caller authenticate(ContainerRequestContext request);
}
