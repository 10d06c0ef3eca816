package dev.warmgate.redis;

import com.codahale.metrics.health.HealthCheck;

/** Healthy while Redis answers; the service is ready without it, only slower. */
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
