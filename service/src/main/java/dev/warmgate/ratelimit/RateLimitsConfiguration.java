package dev.warmgate.ratelimit;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.warmgate.request.Limit;
import org.jspecify.annotations.Nullable;

/**
 * The rate limits, each a token bucket that refills evenly.
 *
 * @param refresh per session
 * @param failedLogin per account; all others are per client address
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RateLimitsConfiguration(
    Rate login,
    Rate register,
    Rate refresh,
    Rate refreshForged,
    Rate password,
    Rate failedLogin,
    Rate other) {

  public RateLimitsConfiguration(
      @Nullable Rate login,
      @Nullable Rate register,
      @Nullable Rate refresh,
      @Nullable Rate refreshForged,
      @Nullable Rate password,
      @Nullable Rate failedLogin,
      @Nullable Rate other) {
    this.login = login == null ? Rate.parse("60/1m") : login;
    this.register = register == null ? Rate.parse("20/1m") : register;
    this.refresh = refresh == null ? Rate.parse("30/1m") : refresh;
    this.refreshForged = refreshForged == null ? Rate.parse("60/1m") : refreshForged;
    this.password = password == null ? Rate.parse("20/1m") : password;
    this.failedLogin = failedLogin == null ? Rate.parse("10/10m") : failedLogin;
    this.other = other == null ? Rate.parse("6000/1m") : other;
  }

  Rate rate(Limit limit) {
    return switch (limit) {
      case LOGIN -> login;
      case REGISTER -> register;
      case REFRESH -> refresh;
      case REFRESH_FORGED -> refreshForged;
      case PASSWORD -> password;
      case FAILED_LOGIN -> failedLogin;
      case OTHER -> other;
    };
  }

  /** Returns the configuration that applies if nothing is set. */
  public static RateLimitsConfiguration defaults() {
    return new RateLimitsConfiguration(null, null, null, null, null, null, null);
  }
}
