package dev.warmgate;

import dev.warmgate.database.DatabaseHealthCheck;
import dev.warmgate.logging.ExportFailures;
import dev.warmgate.logging.LogLimit;
import dev.warmgate.redis.RedisHealthCheck;
import dev.warmgate.signingkey.KeyRotation;
import dev.warmgate.status.HealthBoard;
import dev.warmgate.warmup.Warmup;
import dev.warmgate.warmup.WarmupMark;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.dropwizard.util.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Starts what runs beside requests: the warm-up, health checks and background work. */
final class Lifecycles {
  private Lifecycles() {}

  /**
   * Starts the warm-up while the rest of the service is still being built. Managed objects start in
   * this order and stop in the reverse order.
   */
  static Warmup warmUp(
      Services services,
      WarmgateConfiguration configuration,
      WarmupMark mark,
      Consumer<Throwable> giveUp,
      Environment environment) {
    Warmup warmup =
        new Warmup(
            Warmers.of(services, configuration, mark, giveUp, environment),
            services.foundation().telemetry());
    environment.lifecycle().manage(services.foundation().database());
    environment.lifecycle().manage(services.foundation().redis());
    environment.lifecycle().manage(services.foundation().revocations());
    environment.lifecycle().manage(services.foundation().audit().refusals());
    environment.lifecycle().manage(services.housekeeping());
    environment.lifecycle().manage(services.webhooks().dispatcher());
    services.mails().dispatcher().ifPresent(environment.lifecycle()::manage);
    environment.lifecycle().manage(services.passwords().breaches());
    environment.lifecycle().manage(services.passwords().gate());
    environment.lifecycle().manage(warmup);
    rotateKeysRegularly(services.keys().rotation(), configuration.keys.reload(), environment);
    try {
      // The rest of the start would compete for the processors with the two steps that connect.
      warmup.begin("database", "redis");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return warmup;
  }

  static HealthBoard checkHealth(Services services, Warmup warmup, Environment environment) {
    HealthBoard board = new HealthBoard(services.foundation().telemetry());
    if (!services.mails().isOn()) {
      board.mailIsOff();
    }
    Map.of(
            "database",
            new DatabaseHealthCheck(services.foundation().database()),
            "redis",
            new RedisHealthCheck(services.foundation().redis()),
            "signing-keys",
            services.keys().signing(),
            "warm-up",
            warmup,
            HealthBoard.MAIL,
            services.mails().healthCheck())
        .forEach(
            (name, check) -> environment.healthChecks().register(name, board.noting(name, check)));
    return board;
  }

  /** What the last minute held back is reported at the stop. */
  static void limitLog(Environment environment) {
    ExportFailures.install();
    LogLimit limit = LogLimit.install();
    environment
        .lifecycle()
        .manage(
            new Managed() {
              @Override
              public void stop() {
                limit.report();
              }
            });
    ScheduledExecutorService scheduler =
        environment.lifecycle().scheduledExecutorService("log-limit-%d", true).build();
    ScheduledFuture<?> _ = scheduler.scheduleAtFixedRate(limit::report, 1, 1, TimeUnit.MINUTES);
  }

  /** One thread with a queue of a hundred tasks; drops tasks that do not fit. */
  static ExecutorService afterAnswer(Environment environment) {
    return environment
        .lifecycle()
        .executorService("after-answer-%d", Thread.ofPlatform().name("after-answer").factory())
        .minThreads(1)
        .maxThreads(1)
        .workQueue(new ArrayBlockingQueue<>(100))
        .rejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy())
        .build();
  }

  private static void rotateKeysRegularly(
      KeyRotation rotation, Duration interval, Environment environment) {
    ScheduledExecutorService scheduler =
        environment.lifecycle().scheduledExecutorService("keys-%d", true).build();
    ScheduledFuture<?> _ =
        scheduler.scheduleWithFixedDelay(
            rotation::rotateIfDue,
            interval.toMilliseconds(),
            interval.toMilliseconds(),
            TimeUnit.MILLISECONDS);
  }
}
