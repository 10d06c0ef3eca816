package dev.warmgate.loadtest;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http = HttpClient.newHttpClient();
  private final StackDirectory directory;
  private final Leftovers leftovers;
  private final int port = Ports.claim(0, "");
  private final Map<String, String> environment;
  private final FaultProxy toPostgres;
  private final FaultProxy toRedis;
  private LocalPostgres postgres;
  private LocalRedis redis;
  private ServiceProcess service;

  private ChaosStack(Path path, Map<String, String> more) throws Exception {
    directory = StackDirectory.open(path);
    leftovers = new Leftovers(directory);
    postgres = LocalPostgres.start(directory);
    redis = LocalRedis.start(directory, leftovers);
    toPostgres = FaultProxy.to(postgres.port());
    toRedis = FaultProxy.to(redis.port());
    environment = new HashMap<>(Secrets.in(directory));
    environment.putAll(
        Map.of(
            "WARMGATE_MODE", "development",
            "WARMGATE_ISSUER", "http://127.0.0.1:8080",
            "RATE_LIMITS", "off",
            "WARMUP_HTTP", "off",
            "BIND_HOST", "127.0.0.1",
            "PORT", Integer.toString(port),
            "ADMIN_PORT", Integer.toString(Ports.claim(0, "")),
            "DATABASE_URL", url(postgres.url(), postgres.port(), toPostgres),
            "REDIS_URL", url(redis.url(), redis.port(), toRedis)));
    environment.putAll(more);
  }

  private static String url(String direct, int port, FaultProxy proxy) {
    return direct.replace(":" + port, ":" + proxy.port());
  }

  /** Starts everything and returns when the service is ready. */
  static ChaosStack start(Path directory, Map<String, String> environment) throws Exception {
    ChaosStack stack = new ChaosStack(directory, environment);
    try {
      stack.startService();
      stack.awaitReady();
      return stack;
    } catch (IOException | InterruptedException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Connects directly to PostgreSQL, which must be running. */
  Connection database() throws SQLException {
    return DriverManager.getConnection(
        postgres.url().replaceFirst("postgres://[^@]*@", "jdbc:postgresql://"), "warmgate", "");
  }

  void awaitReady() throws InterruptedException {
    service.awaitReady(http, url());
  }

  /** Kills the victim with SIGKILL; returns when none of its processes runs any more. */
  void kill(Victim victim) throws IOException, InterruptedException {
    switch (victim) {
      case SERVICE -> {
        service.handle().destroyForcibly();
        service.exitCode();
      }
      case REDIS -> redis.kill();
      case POSTGRES -> killPostgres();
    }
  }

  private void killPostgres() throws IOException {
    String pid = Files.readAllLines(directory.resolve("postgres/postmaster.pid")).getFirst();
    ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    List<ProcessHandle> children = postmaster.descendants().toList();
    postmaster.destroyForcibly();
    // PostgreSQL refuses to start while one of these still runs; they end by themselves when they
    // notice.
    for (ProcessHandle child : children) {
      if (!Processes.ended(child, PATIENCE)) {
        throw new IllegalStateException("a PostgreSQL process did not end: " + child.pid());
      }
    }
    postgres.close();
  }

  /** Restarts a killed victim, without waiting until the service is ready. */
  void restart(Victim victim) throws IOException, InterruptedException, SQLException {
    switch (victim) {
      case SERVICE -> startService();
      case REDIS -> {
        redis = LocalRedis.start(directory, leftovers);
        toRedis.redirect(redis.port());
      }
      case POSTGRES -> {
        postgres = LocalPostgres.start(directory);
        toPostgres.redirect(postgres.port());
      }
    }
  }

  private void startService() throws IOException {
    Path project = Path.of(System.getProperty("warmgate.root"));
    service = ServiceProcess.start(project, false, environment, directory.resolve("service.log"));
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
    redis.close();
    postgres.close();
    directory.close();
    http.close();
  }
}
