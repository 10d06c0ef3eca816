package dev.warmgate.redis;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnRedis;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.StallingProxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Tests a Redis that keeps its connections open but does not answer. */
@Tag("full")
final class RedisHangsIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @RegisterExtension static final OwnRedis REDIS = new OwnRedis().start();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("redis.url", REDIS.url())
          .with("redis.command_timeout", "250ms")
          .with("switches.rate_limits", "true")
          .with("logging.level", "INFO");

  private final ApiClient api = SERVICE.api();

  @Test
  void isNotWaitedForWhileTheBreakerIsOpen() throws Exception {
    String email = newEmail();
    api.register(email);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger("dev.warmgate.redis");
    log.start();
    root.addAppender(log);
    try (var client = io.lettuce.core.RedisClient.create(REDIS.url());
        var connection = client.connect()) {
      connection.sync().clientPause(10_000);
      Eventually.within(SOON, RedisHangsIT::isBreakerOpen);

      Duration fastest = Duration.ofDays(1);
      for (int i = 0; i < 5; i++) {
        long began = System.nanoTime();
        assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        fastest = took.compareTo(fastest) < 0 ? took : fastest;
      }
      // Without the breaker a login waits three times 250 ms. The fastest counts, since a busy
      // machine may slow some of them down.
      assertThat(fastest).isLessThan(Duration.ofMillis(750));
      assertThat(isBreakerOpen()).isTrue();

      Eventually.within(SOON, () -> !isBreakerOpen());
      assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    } finally {
      root.detachAppender(log);
    }
    assertThat(List.copyOf(log.list))
        .extracting(event -> event.getFormattedMessage().replaceFirst(":.*", ""))
        .containsExactly("Redis is unavailable, continuing without it", "Redis is available again");
  }

  @Test
  void isNotWaitedForAtTheStart() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      RunningService service =
          new RunningService()
              .with("redis.url", "redis://127.0.0.1:" + silent.getLocalPort())
              .withoutWaiting();
      service.start();
      try {
        Eventually.within(SOON, () -> service.api().get("/health-check").status() == 200);
        assertThat(service.api().register(newEmail()).status()).isEqualTo(201);
      } finally {
        service.stop();
      }
    }
  }

  @Test
  void isLeftForTheServerThatTookOver() throws Exception {
    try (StallingProxy network = new StallingProxy(REDIS.port())) {
      RunningService service =
          new RunningService().with("redis.url", "redis://127.0.0.1:" + network.port());
      service.start();
      try {
        Eventually.within(SOON, () -> state(service).equals("up"));
        network.stall();
        Eventually.within(SOON, () -> state(service).equals("down"));
        Eventually.within(SOON, () -> state(service).equals("up"));
      } finally {
        service.stop();
      }
    }
  }

  private static String state(RunningService service) {
    return service.api().get("/api/v1/auth/ping").body().at("/redis/status").asText();
  }

  private static boolean isBreakerOpen() {
    return SERVICE
        .adminApi()
        .get("/observatory.json")
        .body()
        .path("redis_breaker_open")
        .asBoolean();
  }
}
