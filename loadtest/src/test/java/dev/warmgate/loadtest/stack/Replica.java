package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.fault.FaultProxy;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.util.Map;

/**
 * One of several services that share PostgreSQL and Redis, each reaching them through its own fault
 * proxies.
 */
final class Replica implements AutoCloseable {
  private final FaultProxy postgres;
  private final FaultProxy redis;
  private final ServiceProcess process;
  private final ApiClient client;

  private Replica(FaultProxy postgres, FaultProxy redis, ServiceProcess process) {
    this.postgres = postgres;
    this.redis = redis;
    this.process = process;
    this.client = new ApiClient(process.baseUrl());
  }

  /** Starts a replica without waiting for it; see {@link #awaitReady}. */
  static Replica start(String name, Dependencies dependencies) throws IOException {
    FaultProxy postgres = FaultProxy.to(dependencies.postgres().port());
    FaultProxy redis = FaultProxy.to(dependencies.redis().port());
    return new Replica(
        postgres,
        redis,
        dependencies
            .service(TestStack.PROJECT)
            .named(name)
            .databaseAt(postgres.port())
            .redisAt(redis.port())
            .with(TestStack.BRIEF)
            .withCache(true)
            // On a busy machine the hashing gate would otherwise refuse logins.
            .with(Map.of("RATE_LIMITS", "off", "HASHING_BOUND", "off", "SHUTDOWN_WAIT", "0s"))
            .start());
  }

  void awaitReady() throws InterruptedException {
    process.awaitReady();
  }

  FaultProxy postgres() {
    return postgres;
  }

  FaultProxy redis() {
    return redis;
  }

  Reply get(String path, String token) {
    return send(client.call("GET", path).token(token));
  }

  /** Returns the status of a request for the caller's own profile. */
  int me(String token) {
    return get("/api/v1/auth/me", token).status();
  }

  Reply post(String path, String token, String body) {
    return send(client.call("POST", path).token(token).json(body));
  }

  /** Revokes a token as another service does (RFC 7009). */
  Reply revoke(String token, String serviceKey) {
    return send(
        client.call("POST", "/api/v1/auth/revoke").token(serviceKey).form("token=" + token));
  }

  void logout(String token) {
    int status = post("/api/v1/auth/logout", token, "").status();
    if (status != 204) {
      throw new AssertionError("logout answered " + status);
    }
  }

  private static Reply send(ApiClient.Call call) {
    try {
      return call.send();
    } catch (IOException failed) {
      throw new AssertionError(failed);
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
    client.close();
  }
}
