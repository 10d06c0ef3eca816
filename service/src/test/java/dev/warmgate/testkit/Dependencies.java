package dev.warmgate.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import redis.embedded.RedisServer;

/** A real PostgreSQL and a real Redis, started once for all tests of the process. */
public final class Dependencies {
  private static final EmbeddedPostgres POSTGRES = startPostgres();
  private static final RedisServer REDIS = startRedis();
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private Dependencies() {}

  /** The URL of a database that nobody else uses. */
  public static String newDatabaseUrl() {
    String name = "warmgate_" + DATABASES.incrementAndGet();
    try (Connection connection = POSTGRES.getPostgresDatabase().getConnection()) {
      connection.createStatement().execute("CREATE DATABASE " + name);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
    return "postgres://postgres:postgres@127.0.0.1:" + POSTGRES.getPort() + "/" + name;
  }

  /** For a transaction of the test's own. */
  public static Connection connection(String databaseUrl) throws SQLException {
    return DriverManager.getConnection(
        databaseUrl.replaceFirst("postgres://[^@]*@", "jdbc:postgresql://"),
        "postgres",
        "postgres");
  }

  public static String redisUrl() {
    return "redis://127.0.0.1:" + REDIS.ports().getFirst();
  }

  private static EmbeddedPostgres startPostgres() {
    try {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder().setServerConfig("max_connections", "300").start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(postgres)));
      return postgres;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static RedisServer startRedis() {
    try {
      RedisServer redis = RedisServer.newRedisServer().port(freePort()).bind("127.0.0.1").build();
      redis.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(redis)));
      return redis;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public static int freePort() {
    try (var socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void close(EmbeddedPostgres postgres) {
    try {
      postgres.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void stop(RedisServer redis) {
    try {
      redis.stop();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
