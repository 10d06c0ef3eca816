package dev.warmgate.loadtest.fault;

import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.Ports;
import dev.warmgate.loadtest.stack.ServiceBuilder;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.StackDatabase;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/**
 * The service and its dependencies, each of which can be killed and restarted. The service reaches
 * the others through proxies, so their ports stay the same.
 */
final class ChaosStack implements AutoCloseable {
  /** The processes that can be killed. */
  enum Victim {
    SERVICE,
    REDIS,
    POSTGRES
  }

  private final Dependencies dependencies;
  private final FaultProxy toPostgres;
  private final FaultProxy toRedis;
  private final ServiceBuilder builder;
  private ServiceProcess service;

  private ChaosStack(Dependencies dependencies, Map<String, String> settings) throws IOException {
    this.dependencies = dependencies;
    toPostgres = FaultProxy.to(dependencies.postgres().port());
    toRedis = FaultProxy.to(dependencies.redis().port());
    builder =
        dependencies
            .service(TestStack.PROJECT)
            .databaseAt(toPostgres.port())
            .redisAt(toRedis.port())
            .port(Ports.claim())
            .with(TestStack.BRIEF)
            .withCache(true)
            .with(Map.of("RATE_LIMITS", "off"))
            .with(settings);
  }

  /** Starts everything and returns when the service is ready. */
  static ChaosStack start(Path directory, Map<String, String> settings) throws Exception {
    ChaosStack stack = new ChaosStack(Dependencies.start(directory), settings);
    try {
      stack.service = stack.builder.start();
      stack.awaitReady();
      return stack;
    } catch (IOException | InterruptedException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  String url() {
    return service.baseUrl();
  }

  /** Queries PostgreSQL directly, which must be running. */
  StackDatabase database() {
    return dependencies.database();
  }

  void awaitReady() throws InterruptedException {
    service.awaitReady();
  }

  void kill(Victim victim) throws IOException {
    switch (victim) {
      case SERVICE -> Kill.service(service);
      case REDIS -> Kill.redis(dependencies.redis());
      case POSTGRES -> Kill.postgres(dependencies.postgres());
    }
  }

  /** Restarts a killed victim, without waiting until the service is ready. */
  void restart(Victim victim) throws IOException, InterruptedException, SQLException {
    switch (victim) {
      case SERVICE -> service = builder.start();
      case REDIS -> {
        dependencies.startRedis();
        toRedis.redirect(dependencies.redis().port());
      }
      case POSTGRES -> {
        dependencies.startPostgres();
        toPostgres.redirect(dependencies.postgres().port());
      }
    }
  }

  String tailOfLog() {
    return service.tailOfLog();
  }

  @Override
  public void close() throws IOException {
    if (service != null) {
      service.close();
    }
    toPostgres.close();
    toRedis.close();
    dependencies.close();
  }
}
