package dev.warmgate.proof;

import dev.warmgate.problem.ApiException;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RequestContext;
import java.time.Duration;
import java.util.Optional;

/**
 * Limits the mails to addresses that nobody has ever proven: otherwise strangers could have
 * Warmgate write to any number of people. They have a common limit, and each client address a share
 * of it, so that none uses it up.
 */
final class UnprovenMails {
  private static final String ALL = "all";

  /** How many clients can ask at once for mails to one address; see {@link #shareOf}. */
  private static final int SHARES = 4;

  private final RateLimits limits;

  UnprovenMails(RateLimits limits) {
    this.limits = limits;
  }

  /**
   * Returns the client of the current request, as {@link #take} counts it: empty for a load test,
   * which has no share.
   */
  static String client() {
    return RequestContext.ofThread()
        .filter(request -> !request.isOfLoadTest())
        .map(RequestContext::clientAddress)
        .orElse("");
  }

  /**
   * Returns a name for the back-off of an address that is the same for a fixed part of all clients.
   * A stranger at one client address keeps few others from asking, and all strangers together have
   * few mails sent.
   */
  static String shareOf(String emailKey) {
    return emailKey + " " + Math.floorMod(client().hashCode(), SHARES);
  }

  /**
   * Counts one mail.
   *
   * @return the refusal, if a limit is reached
   */
  Optional<ApiException> take(String client) {
    if (!client.isEmpty()) {
      Optional<Duration> wait = limits.tryTake(Limit.UNPROVEN_CLIENT, client);
      if (wait.isPresent()) {
        return wait.map(time -> limits.refusal(Limit.UNPROVEN_CLIENT, time));
      }
    }
    Optional<Duration> wait = limits.tryTake(Limit.UNPROVEN, ALL);
    if (wait.isPresent()) {
      refundShare(client);
    }
    return wait.map(time -> limits.refusal(Limit.UNPROVEN, time));
  }

  /** Counts one mail less, because none was queued for such an address. */
  void refund(String client) {
    limits.refund(Limit.UNPROVEN, ALL);
    refundShare(client);
  }

  private void refundShare(String client) {
    if (!client.isEmpty()) {
      limits.refund(Limit.UNPROVEN_CLIENT, client);
    }
  }
}
