package dev.warmgate.loadtest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * An additional service process for a running stack, without the agent, which may reach PostgreSQL
 * and Redis through a {@link FaultProxy}. A start that fails leaves no process behind.
 */
public final class SecondService implements AutoCloseable {
  private final ServiceProcess process;
  private final int port;

  private SecondService(ServiceProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts a service; returns when it is ready. */
  public static SecondService of(Path stack, Map<String, String> more)
      throws IOException, InterruptedException {
    Map<String, String> environment = environment(stack);
    environment.put("PORT", Integer.toString(Ports.claim(0, "")));
    environment.put("ADMIN_PORT", Integer.toString(Ports.claim(0, "")));
    environment.putAll(more);
    int port = Integer.parseInt(environment.get("PORT"));
    ServiceProcess process =
        ServiceProcess.start(
            Path.of(System.getProperty("warmgate.root")),
            false,
            environment,
            stack.resolve("second.log"));
    try (HttpClient client = HttpClient.newHttpClient()) {
      process.awaitReady(client, "http://127.0.0.1:" + port);
    } catch (RuntimeException | InterruptedException e) {
      process.close();
      throw e;
    }
    return new SecondService(process, port);
  }

  /** Like {@link #of}, with PostgreSQL behind the proxy. */
  public static SecondService behind(FaultProxy database, Path stack, Map<String, String> more)
      throws IOException, InterruptedException {
    Map<String, String> environment = new TreeMap<>(more);
    environment.put(
        "DATABASE_URL", databaseUrl(stack).replaceFirst(":\\d+/", ":" + database.port() + "/"));
    return of(stack, environment);
  }

  /** Like {@link #of}, with PostgreSQL and Redis behind proxies. */
  public static SecondService behind(
      FaultProxy database, FaultProxy redis, Path stack, Map<String, String> more)
      throws IOException, InterruptedException {
    Map<String, String> environment = new TreeMap<>(more);
    environment.put(
        "REDIS_URL",
        environment(stack).get("REDIS_URL").replaceFirst(":\\d+$", ":" + redis.port()));
    return behind(database, stack, environment);
  }

  public static int redisPort(Path stack) throws IOException {
    return URI.create(environment(stack).get("REDIS_URL")).getPort();
  }

  public static int databasePort(Path stack) throws IOException {
    return URI.create(databaseUrl(stack)).getPort();
  }

  public static String databaseUrl(Path stack) throws IOException {
    return environment(stack).get("DATABASE_URL");
  }

  private static Map<String, String> environment(Path stack) throws IOException {
    Map<String, String> environment = new TreeMap<>();
    for (String line : Files.readAllLines(stack.resolve("stack.env"))) {
      String[] pair = line.split("=", 2);
      environment.put(pair[0], pair[1].substring(1, pair[1].length() - 1));
    }
    return environment;
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.handle().pid();
  }

  /** Asks the process to end and waits for it. */
  public void terminate() throws IOException {
    process.close();
  }

  /** Kills the process at once, as a crash would. */
  public void kill() throws InterruptedException {
    process.handle().destroyForcibly();
    process.exitCode();
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
