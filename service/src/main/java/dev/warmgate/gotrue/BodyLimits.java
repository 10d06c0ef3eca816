package dev.warmgate.gotrue;

import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Admission;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RequestContext;

/**
 * Limits per client address that depend on what a request contains, and not on its endpoint. They
 * are applied as the filter applies those of endpoints.
 */
final class BodyLimits {
  private final RateLimits limits;
  private final Admission hashing;

  BodyLimits(RateLimits limits, Admission hashing) {
    this.limits = limits;
    this.hashing = hashing;
  }

  /**
   * @throws dev.warmgate.problem.ApiException 429 if the limit is exceeded, 503 if the hashing gate
   *     is full; then the request is not counted
   */
  void count(Limit limit) {
    if (limit.isHashed()) {
      hashing.refuseIfFull();
    }
    limits.count(RequestContext.current(), limit);
  }
}
