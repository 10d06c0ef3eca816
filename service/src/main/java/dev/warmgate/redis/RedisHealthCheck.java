package dev.warmgate.redis;

import com.codahale.metrics.health.HealthCheck;

/** Healthy while Redis accepts writes. The service stays ready without Redis, but is slower. */
public final class RedisHealthCheck extends HealthCheck {
  private final Redis redis;

  public RedisHealthCheck(Redis redis) {
    this.redis = redis;
  }

  @Override
  protected Result check() {
    redis.probe();
    return Result.healthy();
  }
}
