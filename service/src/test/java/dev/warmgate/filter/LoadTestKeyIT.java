package dev.warmgate.filter;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

final class LoadTestKeyIT {
  private static final AtomicInteger ADDRESSES = new AtomicInteger();
  private static final int MORE_THAN_THE_LIMIT = 25;

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("database.url", Dependencies.newDatabaseUrl())
          .with("switches.rate_limits", "true")
          .with("logging.level", "INFO")
          .with("trusted_proxies", "127.0.0.0/8");

  private final ApiClient api = SERVICE.api();
  private final String address = "198.51.100." + ADDRESSES.incrementAndGet();

  @Test
  void liftsTheLimitPerAddressAndLogsItOnceAMinute() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(LoadTestKeys.class);
    log.start();
    logger.addAppender(log);
    String key;
    try {
      key = NewServiceKey.with(SERVICE, Scopes.LOAD_TEST);
      for (int i = 0; i < MORE_THAN_THE_LIMIT; i++) {
        assertThat(register(key).status()).isEqualTo(422);
      }
    } finally {
      logger.detachAppender(log);
    }
    assertThat(register(null).status())
        .as("the requests with the key were not counted")
        .isEqualTo(422);
    assertThat(List.copyOf(log.list))
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains("name=a test")
        .doesNotContain(key, address);
  }

  @Test
  void liftsTheLimitOfForgedRefreshTokensButNotOfASession() throws Exception {
    String key = NewServiceKey.with(SERVICE, Scopes.LOAD_TEST);
    String token = api.register(newEmail()).text("refresh_token");
    for (int i = 0; i < 70; i++) {
      assertThat(refresh(key, "forged").status()).isEqualTo(401);
    }
    Answer last = refresh(key, token);
    for (int i = 0; i < 70 && last.status() == 200; i++) {
      last = refresh(key, token);
    }
    assertThat(last.code()).isEqualTo("refresh_busy");
  }

  @Test
  void doesNotLiftTheLimitOfAnAccount() throws Exception {
    String key = NewServiceKey.with(SERVICE, Scopes.LOAD_TEST);
    String email = newEmail();
    api.register(email);
    for (int i = 0; i < 10; i++) {
      assertThat(login(key, email, "wrong password").status()).isEqualTo(401);
    }

    assertThat(login(key, email, PASSWORD).code()).isEqualTo("rate_limited");
  }

  @Test
  void refusesAKeyWithAnotherScope() throws Exception {
    Answer refused = register(NewServiceKey.with(SERVICE, Scopes.PERFORMANCE));

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("forbidden");
  }

  @Test
  void refusesAndCountsInvalidAndRevokedKeys() throws Exception {
    String key = NewServiceKey.with(SERVICE, Scopes.LOAD_TEST);
    assertThat(register(key).status()).isEqualTo(422);
    SERVICE.sql(
        "INSERT INTO revocation (kind, ref)"
            + " SELECT 'service_key', id FROM service_key WHERE key_hash = ?",
        NewServiceKey.hash(key));
    Eventually.within(Duration.ofSeconds(3), () -> register(key).status() == 401);

    Answer last = register("wg_sk_garbage");
    assertThat(last.code()).isEqualTo("invalid_token");
    for (int i = 0; i < MORE_THAN_THE_LIMIT && last.status() == 401; i++) {
      last = register("wg_sk_garbage");
    }
    assertThat(last.code()).isEqualTo("rate_limited");
  }

  /** Sends an invalid registration, which is counted but refused before a password is hashed. */
  private Answer register(@Nullable String key) {
    return at(key).post("/api/v1/auth/register", Map.of("unknown", 1));
  }

  private Answer refresh(String key, String token) {
    return at(key).refresh(token);
  }

  private Answer login(String key, String email, String password) {
    return at(key).login(email, password);
  }

  private ApiClient at(@Nullable String key) {
    ApiClient here = api.from(address);
    return key == null ? here : here.with("X-Warmgate-Load-Test", key);
  }
}
