package dev.warmgate.redis;

import io.lettuce.core.RedisCommandTimeoutException;
import java.util.concurrent.TimeoutException;

/** Tells failures that do not say why Redis is lost; a better one may follow. */
final class VagueFailure {
  private VagueFailure() {}

  /**
   * A timeout, such as that of a busy machine, may come before the reason why Redis is lost. So may
   * a state of the client that it did not expect, if Redis hangs up while it prepares to shake
   * hands.
   */
  static boolean is(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return innermost instanceof RedisCommandTimeoutException
        || innermost instanceof TimeoutException
        || innermost instanceof IllegalStateException;
  }
}
