package dev.warmgate.ratelimit;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.warmgate.request.Limit;
import org.jspecify.annotations.Nullable;

/**
 * The rate limits, each a token bucket that refills evenly unless noted otherwise.
 *
 * @param refresh per session
 * @param failedLogin per account
 * @param failedCode wrong codes per address; refilled at once, a period after the first one
 * @param failedFactor per account and kind of factor
 * @param unproven mails to all unproven addresses together
 * @param unprovenClient those of them that one client address asks for; all others are per client
 *     address, too
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RateLimitsConfiguration(
    Rate login,
    Rate register,
    Rate refresh,
    Rate refreshForged,
    Rate password,
    Rate failedLogin,
    Rate mail,
    Rate proof,
    Rate failedCode,
    Rate unproven,
    Rate unprovenClient,
    Rate factor,
    Rate failedFactor,
    Rate other) {

  public RateLimitsConfiguration(
      @Nullable Rate login,
      @Nullable Rate register,
      @Nullable Rate refresh,
      @Nullable Rate refreshForged,
      @Nullable Rate password,
      @Nullable Rate failedLogin,
      @Nullable Rate mail,
      @Nullable Rate proof,
      @Nullable Rate failedCode,
      @Nullable Rate unproven,
      @Nullable Rate unprovenClient,
      @Nullable Rate factor,
      @Nullable Rate failedFactor,
      @Nullable Rate other) {
    this.login = login == null ? Rate.parse("60/1m") : login;
    this.register = register == null ? Rate.parse("20/1m") : register;
    this.refresh = refresh == null ? Rate.parse("30/1m") : refresh;
    this.refreshForged = refreshForged == null ? Rate.parse("60/1m") : refreshForged;
    this.password = password == null ? Rate.parse("20/1m") : password;
    this.failedLogin = failedLogin == null ? Rate.parse("10/10m") : failedLogin;
    this.mail = mail == null ? Rate.parse("20/1m") : mail;
    this.proof = proof == null ? Rate.parse("20/1m") : proof;
    this.failedCode = failedCode == null ? Rate.parse("10/1d") : failedCode;
    this.unproven = unproven == null ? Rate.parse("1000/1h") : unproven;
    this.unprovenClient = unprovenClient == null ? Rate.parse("100/1h") : unprovenClient;
    this.factor = factor == null ? Rate.parse("60/1m") : factor;
    this.failedFactor = failedFactor == null ? Rate.parse("10/10m") : failedFactor;
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
      case MAIL -> mail;
      case PROOF -> proof;
      case FAILED_CODE -> failedCode;
      case UNPROVEN -> unproven;
      case UNPROVEN_CLIENT -> unprovenClient;
      case FACTOR -> factor;
      case FAILED_FACTOR -> failedFactor;
      case OTHER -> other;
    };
  }

  /** Returns the configuration that applies if nothing is set. */
  public static RateLimitsConfiguration defaults() {
    return new RateLimitsConfiguration(
        null, null, null, null, null, null, null, null, null, null, null, null, null, null);
  }
}
