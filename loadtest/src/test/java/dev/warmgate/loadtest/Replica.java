package dev.warmgate.loadtest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * One of several services that share PostgreSQL and Redis, each reaching them through its own fault
 * proxies.
 */
final class Replica implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final FaultProxy postgres;
  private final FaultProxy redis;
  private final int port;
  private ServiceProcess process;

  private Replica(FaultProxy postgres, FaultProxy redis, int port) {
    this.postgres = postgres;
    this.redis = redis;
    this.port = port;
  }

  /** Starts a replica without waiting for it; see {@link #awaitReady}. */
  static Replica start(
      String name, StackDirectory directory, LocalPostgres postgres, LocalRedis redis)
      throws IOException {
    Replica replica =
        new Replica(
            FaultProxy.to(postgres.port()), FaultProxy.to(redis.port()), Ports.claim(0, name));
    Map<String, String> environment = new HashMap<>(Secrets.in(directory));
    environment.putAll(
        Map.of(
            "WARMGATE_MODE", "development",
            "WARMGATE_ISSUER", "http://127.0.0.1:8080",
            "RATE_LIMITS", "off",
            "BIND_HOST", "127.0.0.1",
            "PORT", Integer.toString(replica.port),
            "ADMIN_PORT", Integer.toString(Ports.claim(0, name)),
            "DATABASE_URL",
                postgres
                    .url()
                    .replace(":" + postgres.port() + "/", ":" + replica.postgres.port() + "/"),
            "REDIS_URL", redis.url().replace(":" + redis.port(), ":" + replica.redis.port()),
            "SHUTDOWN_WAIT", "0s"));
    Path project = Path.of(System.getProperty("warmgate.root"));
    replica.process =
        ServiceProcess.start(project, false, environment, directory.resolve(name + ".log"));
    return replica;
  }

  void awaitReady() throws InterruptedException {
    process.awaitReady(http, "http://127.0.0.1:" + port);
  }

  FaultProxy postgres() {
    return postgres;
  }

  FaultProxy redis() {
    return redis;
  }

  TracedClient.Reply get(String path, String token) {
    return send(path, token, request().GET());
  }

  /** Returns the status of a request for the caller's own profile. */
  int me(String token) {
    return get("/api/v1/auth/me", token).status();
  }

  TracedClient.Reply post(String path, String token, String body) {
    return send(
        path,
        token,
        request()
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Revokes a token as another service does (RFC 7009). */
  TracedClient.Reply revoke(String token, String serviceKey) {
    return send(
        "/api/v1/auth/revoke",
        serviceKey,
        request()
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("token=" + token)));
  }

  void logout(String token) {
    int status = post("/api/v1/auth/logout", token, "").status();
    if (status != 204) {
      throw new AssertionError("logout answered " + status);
    }
  }

  private static HttpRequest.Builder request() {
    return HttpRequest.newBuilder().timeout(LIMIT);
  }

  private TracedClient.Reply send(String path, String token, HttpRequest.Builder request) {
    request.uri(URI.create("http://127.0.0.1:" + port + path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new TracedClient.Reply(response.statusCode(), response.body(), "");
    } catch (IOException failed) {
      throw new AssertionError(path, failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  @Override
  public void close() throws IOException {
    process.close();
    postgres.close();
    redis.close();
    http.close();
  }
}
