package dev.warmgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.embedded.RedisServer;

/** A Redis that a test can stop and start again on the same port; stopping it deletes its data. */
public final class OwnRedis implements BeforeAllCallback, AfterAllCallback {
  private final int port = Dependencies.freePort();
  private RedisServer running;

  public OwnRedis start() {
    if (running == null) {
      try {
        RedisServer server =
            RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();
        server.start();
        running = server;
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return this;
  }

  public void stop() {
    if (running != null) {
      try {
        running.stop();
        running = null;
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Starts it again if the class runs again. */
  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
  }
}
