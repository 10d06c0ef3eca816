package dev.warmgate.testkit;

import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.WarmgateConfiguration;
import dev.warmgate.status.HealthBoard;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.glassfish.jersey.server.ResourceConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The service with its delivered configuration, on free ports and with a new database. It starts
 * once per test class and is ready when the first test begins.
 */
public final class RunningService implements BeforeAllCallback, AfterAllCallback {
  public static final String KEY = Secrets.of("k1");

  /** No promise of the service: a busy machine may take long to warm it up. */
  private static final Duration READY = Duration.ofMinutes(2);

  /** The checks in the configuration that readiness and tests wait for. */
  private static final int SCHEDULED_CHECKS = 5;

  /** How long a stop leaves open the connections that clients keep, in milliseconds. */
  private static final int CLOSE_IDLE_AFTER = 50;

  /** The requests of a service that can use its database at once. */
  public static final int CONNECTIONS = 4;

  private static final String POOL_SIZE = "database.pool_size";
  private static final String HASHING_MEMORY = "hashing.memory_kib";
  private static final String HASHING_ITERATIONS = "hashing.iterations";

  private static final AtomicInteger SERVICES = new AtomicInteger();
  private static final AtomicInteger RUNNING = new AtomicInteger();

  private final Map<String, String> overrides = new LinkedHashMap<>();
  private final List<Object> components = new ArrayList<>();
  private final Onlooker onlooker = new Onlooker();
  private boolean awaitReady = true;
  private boolean ownsDatabase;
  private @Nullable Outermost outermost;
  private DropwizardTestSupport<WarmgateConfiguration> support;

  public RunningService() {
    with("mode", "development");
    with("redis.url", Dependencies.redisUrl());
    if (PgBouncer.isWanted()) {
      with("database.pooler", PgBouncer.mode());
    }
    // Each connection costs PostgreSQL a process, and few tests have many requests at once.
    with(POOL_SIZE, Integer.toString(CONNECTIONS));
    with("tokens.issuer", "http://127.0.0.1:8080");
    with("secrets.key_encryption_keys", KEY);
    with("secrets.refresh_keys", KEY);
    with("switches.rate_limits", "false");
    // On a busy machine a thread may wait longer than production would let it.
    with("login.queue", "1s");
    // A hash at a twentieth of the delivered cost: half of the tests' time would be hashing.
    with(HASHING_MEMORY, "2048");
    with(HASHING_ITERATIONS, "1");
    // It takes a second, which only the tests of the warm-up need.
    with("switches.warmup_http", "false");
    with("server.applicationConnectors[0].port", "0");
    with("server.adminConnectors[0].port", "0");
    with("health.shutdownWaitPeriod", "0s");
    // By default checks wait for some tenths of a second.
    for (int check = 0; check < SCHEDULED_CHECKS; check++) {
      with("health.healthChecks[" + check + "].schedule.initialDelay", "20ms");
      with("health.healthChecks[" + check + "].schedule.downtimeInterval", "50ms");
    }
    with("logging.level", "WARN");
    with("logging.loggers.audit", "WARN");
  }

  public RunningService with(String key, String value) {
    overrides.put(key, value);
    return this;
  }

  /** Has as many connections as the delivered service, for tests of races. */
  public RunningService withManyConnections() {
    overrides.remove(POOL_SIZE);
    return this;
  }

  /** Hashes with the delivered parameters, for tests of what that costs. */
  public RunningService withDeliveredHashing() {
    overrides.keySet().removeAll(List.of(HASHING_MEMORY, HASHING_ITERATIONS));
    return this;
  }

  /** Serves on the port of its issuer, so that clients find it by the issuer's URL. */
  public RunningService onThePortOfItsIssuer() {
    int port = Dependencies.freePort();
    return with("server.applicationConnectors[0].port", Integer.toString(port))
        .with("tokens.issuer", "http://127.0.0.1:" + port);
  }

  /** As {@link #onThePortOfItsIssuer}, under a name: passkeys belong to one. */
  public RunningService atLocalhost() {
    onThePortOfItsIssuer();
    return with("tokens.issuer", issuer().replace("127.0.0.1", "localhost"));
  }

  /** Adds an endpoint of the test behind the filters of the service. */
  public RunningService withResource(Object resource) {
    components.add(resource);
    return this;
  }

  /** What a test does with every request before the service gets it. */
  public interface Outermost {
    boolean handle(Handler service, Request request, Response response, Callback callback)
        throws Exception;
  }

  public RunningService withOutermost(Outermost handler) {
    outermost = handler;
    return this;
  }

  /** Called when all of the service is registered and nothing of it has started. */
  private void extend(Server server, Environment environment) {
    ResourceConfig jersey = environment.getApplicationContext().getBean(ResourceConfig.class);
    components.forEach(jersey::register);
    for (Connector connector : server.getConnectors()) {
      ((AbstractConnector) connector).setShutdownIdleTimeout(CLOSE_IDLE_AFTER);
    }
    if (outermost != null) {
      server.insertHandler(
          new Handler.Wrapper() {
            @Override
            public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
              return outermost.handle(getHandler(), request, response, callback);
            }
          });
    }
  }

  /** Does not wait for readiness, for a service whose dependencies are down at the start. */
  public RunningService withoutWaiting() {
    awaitReady = false;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    start();
  }

  public void start() throws Exception {
    if (RUNNING.getAndIncrement() == 0) {
      Dependencies.emptyRedis();
    }
    if (!overrides.containsKey("database.url")) {
      with("database.url", Dependencies.newDatabaseUrl());
      ownsDatabase = true;
    }
    // Overrides are system properties, so each service needs its own prefix.
    String prefix = "service" + SERVICES.incrementAndGet();
    support =
        new DropwizardTestSupport<>(
            TestedApplication.class,
            "config/warmgate.yml",
            prefix,
            overrides.entrySet().stream()
                .map(entry -> ConfigOverride.config(prefix, entry.getKey(), entry.getValue()))
                .toArray(ConfigOverride[]::new));
    support.addListener(
        new DropwizardTestSupport.ServiceListener<>() {
          @Override
          public void onRun(
              WarmgateConfiguration configuration,
              Environment environment,
              DropwizardTestSupport<WarmgateConfiguration> service) {
            environment
                .lifecycle()
                .addEventListener(
                    new LifeCycle.Listener() {
                      @Override
                      public void lifeCycleStarting(LifeCycle starting) {
                        if (starting instanceof Server server) {
                          extend(server, environment);
                        }
                      }
                    });
          }
        });
    support.before();
    if (awaitReady) {
      Eventually.within(READY, () -> api().get("/health-check").status() == 200);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
    if (ownsDatabase) {
      Dependencies.drop(databaseUrl());
    }
  }

  public void stop() {
    support.after();
    RUNNING.decrementAndGet();
    onlooker.close();
  }

  public ApiClient api() {
    return ApiClient.ofApi(support.getLocalPort());
  }

  public ApiClient adminApi() {
    return ApiClient.ofAdminPort(support.getAdminPort());
  }

  public int port() {
    return support.getLocalPort();
  }

  public int adminPort() {
    return support.getAdminPort();
  }

  public String issuer() {
    return overrides.get("tokens.issuer");
  }

  /** Returns the URL of the database, for another service that shares it. */
  public String databaseUrl() {
    return overrides.get("database.url");
  }

  public HealthCheck healthCheck(String name) {
    return ((HealthBoard.Noted) support.getEnvironment().healthChecks().getHealthCheck(name))
        .noted();
  }

  /** Returns the number of statements that the DAOs of a package have run. */
  public long statements(String daoPackage) {
    return support.getEnvironment().metrics().getTimers().entrySet().stream()
        .filter(timer -> timer.getKey().startsWith(daoPackage))
        .mapToLong(timer -> timer.getValue().getCount())
        .sum();
  }

  /** Runs a statement directly in the service's database. */
  public int sql(String sql, Object... parameters) {
    return onlooker.change(databaseUrl(), sql, parameters);
  }

  /** Returns the first column of the first row. */
  public String value(String sql, Object... parameters) {
    return onlooker.value(databaseUrl(), sql, parameters);
  }

  /** Connects to the service's database as superuser, for the test's own transactions. */
  public Connection connection() throws SQLException {
    return Dependencies.asSuperuser(databaseUrl());
  }
}
