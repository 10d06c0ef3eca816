package dev.warmgate.loadtest.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * PostgreSQL, Redis and the secrets that the services of one directory share. A start that fails,
 * like {@link #close}, leaves no process behind.
 */
public final class Dependencies implements AutoCloseable {
  private final StackDirectory directory;
  private final Leftovers leftovers;
  private final boolean ownsDirectory;
  private final Map<String, String> postgresSettings;
  private LocalPostgres postgres;
  private LocalRedis redis;

  private Dependencies(
      StackDirectory directory,
      Leftovers leftovers,
      boolean ownsDirectory,
      Map<String, String> postgresSettings) {
    this.directory = directory;
    this.leftovers = leftovers;
    this.ownsDirectory = ownsDirectory;
    this.postgresSettings = postgresSettings;
  }

  /** Starts both in a directory that no stack uses. */
  public static Dependencies start(Path directory)
      throws IOException, InterruptedException, SQLException {
    StackDirectory opened = StackDirectory.open(directory);
    Dependencies dependencies = new Dependencies(opened, new Leftovers(opened), true, Map.of());
    return dependencies.started(new Phases(_ -> {}));
  }

  /**
   * @param postgresSettings more settings of PostgreSQL, by name
   */
  static Dependencies start(
      StackDirectory directory,
      Leftovers leftovers,
      Map<String, String> postgresSettings,
      Phases phases)
      throws IOException, InterruptedException, SQLException {
    return new Dependencies(directory, leftovers, false, postgresSettings).started(phases);
  }

  private Dependencies started(Phases phases)
      throws IOException, InterruptedException, SQLException {
    try {
      startPostgres();
      phases.reached("PostgreSQL", "127.0.0.1:" + postgres.port());
      startRedis();
      phases.reached("Redis", "127.0.0.1:" + redis.port());
      return this;
    } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts PostgreSQL, again after it was killed; its port may be another one. */
  public void startPostgres() throws IOException, SQLException {
    postgres = LocalPostgres.start(directory, postgresSettings);
  }

  /** Starts Redis, again after it was killed; its port may be another one. */
  public void startRedis() throws IOException, InterruptedException {
    redis = LocalRedis.start(directory, leftovers);
  }

  public LocalPostgres postgres() {
    return postgres;
  }

  public LocalRedis redis() {
    return redis;
  }

  public StackDatabase database() {
    return new StackDatabase(postgres.url());
  }

  /** Returns a builder for a service that uses both, with the default settings. */
  public ServiceBuilder service(Path project) throws IOException {
    return new ServiceBuilder(project, directory.resolve(""), environment());
  }

  /** Returns the variables that connect a service, or a command of its jar, to both. */
  public Map<String, String> environment() throws IOException {
    Map<String, String> environment = new TreeMap<>(Secrets.in(directory));
    environment.put("WARMGATE_MODE", "development");
    environment.put("WARMGATE_ISSUER", "http://127.0.0.1:8080");
    environment.put("BIND_HOST", "127.0.0.1");
    environment.put("DATABASE_URL", postgres.url());
    environment.put("REDIS_URL", redis.url());
    return environment;
  }

  @Override
  public void close() throws IOException {
    try (StackDirectory _ = ownsDirectory ? directory : null;
        LocalPostgres _ = postgres;
        LocalRedis _ = redis) {
      postgres = null;
      redis = null;
    }
  }
}
