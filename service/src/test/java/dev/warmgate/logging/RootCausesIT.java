package dev.warmgate.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseHealthCheck;
import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.outbound.Certificates;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisHealthCheck;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnRedis;
import io.lettuce.core.RedisClient;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Checks that the log says once why a dependency is out of reach, and which setting to look at. */
@Tag("full")
final class RootCausesIT {
  private static final String NO_HOST = "no-such-host.invalid";
  private static final int TRIES = 3;

  @RegisterExtension static final OwnRedis REDIS = new OwnRedis().start();

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger loggers = (Logger) LoggerFactory.getLogger("dev.warmgate");

  @BeforeEach
  void listen() {
    log.start();
    loggers.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    loggers.detachAppender(log);
  }

  @Test
  void namesTheCauseOfALostRedis(@TempDir Path directory) throws Exception {
    redisFails("redis://127.0.0.1:" + Dependencies.freePort(), "Connection refused");
    redisFails("redis://" + NO_HOST, NO_HOST);
    try (ServerSocket untrusted = untrusted(directory, false)) {
      redisFails(
          "rediss://127.0.0.1:" + untrusted.getLocalPort(),
          "unable to find valid certification path to requested target");
    }
    redisFails(withPassword("right", "wrong"), "WRONGPASS invalid username-password pair");
  }

  /** A busy machine may see a timeout first. */
  @Test
  void namesTheCauseThatFollowsATimeout() throws Exception {
    log.list.clear();
    ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Redis redis = redis("redis://127.0.0.1:" + silent.getLocalPort());
    HealthCheck check = new RedisHealthCheck(redis);
    try {
      warns(check, "timed out");
      silent.close();
      warns(check, "Connection refused");
    } finally {
      redis.stop();
      silent.close();
    }
  }

  private void warns(HealthCheck check, String cause) throws Exception {
    Eventually.within(
        Duration.ofSeconds(20),
        () -> {
          assertThat(check.execute().isHealthy()).isFalse();
          return warnings().stream().anyMatch(line -> line.contains(cause));
        });
  }

  @Test
  void namesTheCauseOfALostPostgres(@TempDir Path directory) throws Exception {
    String url = "postgres://somebody:secret@127.0.0.1:";
    databaseFails(url + Dependencies.freePort() + "/x", "Connection refused");
    databaseFails("postgres://somebody:secret@" + NO_HOST + "/x", "unknown host " + NO_HOST);
    try (ServerSocket untrusted = untrusted(directory, true)) {
      databaseFails(
          url + untrusted.getLocalPort() + "/x?sslrootcert=system",
          "unable to find valid certification path to requested target");
    }
    databaseFails(
        Dependencies.newDatabaseUrl().replaceFirst("//[^:]+:", "//nobody:"),
        "FATAL: role \"nobody\" does not exist");
  }

  @Test
  void namesTheCauseToWhoeverNeedsAConnection() throws Exception {
    DatabaseUrl refused =
        DatabaseUrl.parse("postgres://u:secret@127.0.0.1:" + Dependencies.freePort() + "/x");
    Database database =
        new Database(
            new DatabaseConfiguration(refused, refused, null, null, null, null, null, null, null)
                .forMigration(),
            true,
            new MetricRegistry());
    try {
      List<ThrowingCallable> uses =
          List.of(() -> database.openFirst(_ -> {}), database::migrate, database::makePartitions);
      for (ThrowingCallable use : uses) {
        assertThat(RootCause.of(catchThrowable(use)))
            .isEqualTo("Connection refused (see database.migration_url, MIGRATION_DATABASE_URL)");
      }
    } finally {
      database.stop();
    }
  }

  @Test
  void namesTheCauseOfAReconnectThatFails() throws Exception {
    OwnRedis own = new OwnRedis().start();
    Redis redis = redis(own.url());
    HealthCheck check = new RedisHealthCheck(redis);
    try {
      assertThat(check.execute().isHealthy()).isTrue();
      own.stop();
      Eventually.within(
          Duration.ofSeconds(10),
          () -> {
            HealthCheck.Result _ = check.execute();
            return !warnings().isEmpty();
          });
      assertThat(warnings()).singleElement().asString().contains("Connection refused", "REDIS_URL");
    } finally {
      redis.stop();
      own.stop();
    }
  }

  private static String withPassword(String right, String given) {
    try (RedisClient client = RedisClient.create(REDIS.url())) {
      client.connect().sync().configSet("requirepass", right);
    }
    return REDIS.url().replace("redis://", "redis://:" + given + "@");
  }

  private void redisFails(String url, String cause) throws Exception {
    Redis redis = redis(url);
    try {
      failsOnce(new RedisHealthCheck(redis), cause, "(see redis.url, REDIS_URL)");
    } finally {
      redis.stop();
    }
  }

  private static Redis redis(String url) {
    return new Redis(RedisConfiguration.defaults(new RedisUrl(url)), OpenTelemetry.noop());
  }

  private void databaseFails(String url, String cause) throws Exception {
    DatabaseConfiguration configuration =
        new DatabaseConfiguration(
            DatabaseUrl.parse(url),
            null,
            null,
            io.dropwizard.util.Duration.milliseconds(250),
            null,
            null,
            null,
            null,
            null);
    Database database = new Database(configuration, true, new MetricRegistry());
    try {
      failsOnce(new DatabaseHealthCheck(database), cause, "(see database.url, DATABASE_URL)");
    } finally {
      database.stop();
    }
  }

  private void failsOnce(HealthCheck check, String cause, String setting) throws Exception {
    log.list.clear();
    warns(check, cause);
    for (int i = 0; i < TRIES; i++) {
      assertThat(check.execute().isHealthy()).isFalse();
    }
    assertThat(warnings())
        .filteredOn(line -> line.contains(cause))
        .singleElement()
        .asString()
        .contains(setting);
  }

  private List<String> warnings() {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /**
   * Serves TLS with a certificate that nobody trusts.
   *
   * @param asked whether the client asks for TLS first, as that of PostgreSQL does
   */
  private static ServerSocket untrusted(Path directory, boolean asked) throws Exception {
    SSLContext tls = Certificates.of(directory, "untrusted.example");
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (Socket client = server.accept()) {
              if (asked) {
                client.getInputStream().readNBytes(8);
                client.getOutputStream().write('S');
              }
              SSLSocket secured =
                  (SSLSocket) tls.getSocketFactory().createSocket(client, null, true);
              secured.setUseClientMode(false);
              secured.startHandshake();
            } catch (IOException refused) {
              // The client refuses the certificate.
            }
          }
        });
    return server;
  }
}
