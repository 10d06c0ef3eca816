package dev.warmgate;

import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The service with the configuration it is delivered with, on free ports and a database of its own;
 * started once per test class and ready when the first test begins.
 */
public final class RunningService implements BeforeAllCallback, AfterAllCallback {
  private static final String KEY = newKey();

  private final Map<String, String> overrides = new LinkedHashMap<>();
  private boolean awaitReady = true;
  private DropwizardTestSupport<WarmgateConfiguration> support;

  public RunningService() {
    with("mode", "development");
    with("redis.url", Dependencies.redisUrl());
    with("tokens.issuer", "http://127.0.0.1:8080");
    with("secrets.key_encryption_keys", KEY);
    with("secrets.refresh_keys", KEY);
    with("switches.rate_limits", "false");
    with("server.applicationConnectors[0].port", "0");
    with("server.adminConnectors[0].port", "0");
    with("health.shutdownWaitPeriod", "0s");
    with("logging.level", "WARN");
  }

  private static String newKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return "k1:" + Base64.getEncoder().encodeToString(key);
  }

  public RunningService with(String key, String value) {
    overrides.put(key, value);
    return this;
  }

  /** For a service whose dependencies are down at start. */
  public RunningService withoutWaiting() {
    awaitReady = false;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    start();
  }

  public void start() throws Exception {
    overrides.computeIfAbsent("database.url", key -> Dependencies.newDatabaseUrl());
    support =
        new DropwizardTestSupport<>(
            WarmgateApplication.class,
            "config/warmgate.yml",
            new SubstitutingSourceProvider(
                new FileConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(true)),
            overrides.entrySet().stream()
                .map(entry -> ConfigOverride.config(entry.getKey(), entry.getValue()))
                .toArray(ConfigOverride[]::new));
    support.before();
    if (awaitReady) {
      Eventually.within(Duration.ofSeconds(20), () -> api().get("/health-check").status() == 200);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
  }

  public void stop() {
    support.after();
  }

  public ApiClient api() {
    return new ApiClient(support.getLocalPort());
  }

  public ApiClient adminApi() {
    return new ApiClient(support.getAdminPort());
  }

  public int port() {
    return support.getLocalPort();
  }

  /** Runs SQL behind the service's back. */
  public int sql(String sql, Object... parameters) {
    String url =
        overrides.get("database.url").replaceFirst("postgres://[^@]*@", "jdbc:postgresql://");
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
        var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.execute() ? -1 : statement.getUpdateCount();
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
