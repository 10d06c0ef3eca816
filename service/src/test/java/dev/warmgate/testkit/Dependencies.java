package dev.warmgate.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseUrl;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import redis.embedded.RedisServer;

/** One PostgreSQL and one Redis for all tests of the process. */
public final class Dependencies {
  private static final EmbeddedPostgres POSTGRES = startPostgres();
  private static final RedisServer REDIS = startRedis();
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final String SERVICE_ROLE = "serving";
  private static final String TEMPLATE = createTemplate();

  /** Where services reach PostgreSQL. */
  private static final int SERVICES_PORT =
      PgBouncer.isWanted()
          ? PgBouncer.start(POSTGRES.getPort(), SERVICE_ROLE, "postgres")
          : POSTGRES.getPort();

  private Dependencies() {}

  /**
   * Returns the URL of a new database with the schema. Its role owns nothing and has only the
   * rights that {@code warmgate migrate} grants, as in production.
   */
  public static String newDatabaseUrl() {
    return url(SERVICE_ROLE, create(" TEMPLATE " + TEMPLATE + " STRATEGY FILE_COPY"))
        .replace(":" + POSTGRES.getPort() + "/", ":" + SERVICES_PORT + "/");
  }

  /** Returns how processes use the databases of services, as {@code database.pooler} has it. */
  public static String pooler() {
    return PgBouncer.mode();
  }

  /** Returns the URL of a new, empty database that the role owns. */
  public static String newEmptyDatabaseUrl() {
    return url("postgres", create(""));
  }

  /** Connects to a database as superuser, whatever role the URL names. */
  public static Connection asSuperuser(String databaseUrl) throws SQLException {
    return DriverManager.getConnection(
        databaseUrl
            .replaceFirst("postgres://[^@]*@", "jdbc:postgresql://")
            .replace(":" + SERVICES_PORT + "/", ":" + POSTGRES.getPort() + "/"),
        "postgres",
        "postgres");
  }

  /** Deletes a database that nobody needs any more; all at the end would take half a minute. */
  static void drop(String databaseUrl) {
    String name = databaseUrl.substring(databaseUrl.lastIndexOf('/') + 1);
    execute("DROP DATABASE " + name + " WITH (FORCE)");
  }

  private static String create(String options) {
    String name = "warmgate_" + DATABASES.incrementAndGet();
    execute("CREATE DATABASE " + name + options);
    return name;
  }

  private static String createTemplate() {
    execute("CREATE ROLE " + SERVICE_ROLE + " LOGIN PASSWORD '" + SERVICE_ROLE + "'");
    String name = create("");
    DatabaseConfiguration asOwner =
        DatabaseConfiguration.defaults(DatabaseUrl.parse(url("postgres", name))).forMigration();
    Database database = new Database(asOwner, true, new MetricRegistry());
    String _ = database.migrate();
    database.letServe(SERVICE_ROLE);
    try {
      database.stop();
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
    return name;
  }

  private static void execute(String sql) {
    try (Connection connection = POSTGRES.getPostgresDatabase().getConnection()) {
      connection.createStatement().execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static String url(String role, String name) {
    return "postgres://%s:%s@127.0.0.1:%d/%s".formatted(role, role, POSTGRES.getPort(), name);
  }

  /** Deletes what earlier services counted: a bucket keeps the limit that it was made with. */
  static void emptyRedis() {
    try (Socket redis = new Socket(InetAddress.getLoopbackAddress(), REDIS.ports().getFirst())) {
      redis.getOutputStream().write("FLUSHALL\r\n".getBytes(US_ASCII));
      String answer = new String(redis.getInputStream().readNBytes("+OK".length()), US_ASCII);
      if (!answer.equals("+OK")) {
        throw new IllegalStateException("Redis answered " + answer);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public static String redisUrl() {
    return "redis://127.0.0.1:" + REDIS.ports().getFirst();
  }

  private static EmbeddedPostgres startPostgres() {
    try {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setPort(freePort())
              .setServerConfig("max_connections", "300")
              .start();
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

  /**
   * Returns a free port below those that the system hands out to clients and to listeners on any
   * port, which could take it before it is used.
   */
  public static int freePort() {
    IntStream candidates = ThreadLocalRandom.current().ints(20_000, 32_768);
    return candidates.filter(Dependencies::isFree).findFirst().orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException taken) {
      return false;
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
