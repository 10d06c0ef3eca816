package dev.warmgate.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.password.HashCost;
import dev.warmgate.password.HashingConfiguration;
import dev.warmgate.password.HashingGate;
import dev.warmgate.password.LoginConfiguration;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.ratelimit.InFlight;
import dev.warmgate.ratelimit.Rate;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.ratelimit.RateLimitsConfiguration;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Secrets;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Allows ten attempts and another after an hour; they count in memory, since Redis is down. */
final class LoginAttemptsTest {
  private static final OpenTelemetry NONE = OpenTelemetry.noop();
  private static final HashCost COST = HashCost.argon2(19456, 2);
  private static final String ADA = "ada@example.com";
  private static final Redis REDIS =
      new Redis(RedisConfiguration.defaults(new RedisUrl("redis://127.0.0.1:1")), NONE);

  private final HashingGate gate =
      new HashingGate(
          new HashingConfiguration(null, null, 1, null),
          LoginConfiguration.defaults(),
          false,
          NONE);
  private final RateLimits limits =
      new RateLimits(
          new RateLimitsConfiguration(
              null,
              null,
              null,
              null,
              null,
              Rate.parse("10/10h"),
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null),
          new SecretKeys(Secrets.of("k1")),
          true,
          REDIS,
          NONE);
  private final LoginAttempts attempts =
      new LoginAttempts(limits, gate, new InFlight(Duration.ofSeconds(60)));
  private final UUID accountId = UUID.randomUUID();
  private final UUID sessionId = UUID.randomUUID();
  private final Device device = new Device(UUID.randomUUID(), accountId, 1, Instant.MAX, false);

  @AfterAll
  static void stopRedis() {
    REDIS.stop();
  }

  @AfterEach
  void stop() {
    gate.stop();
  }

  @Test
  void countWrongPasswordsAndRefuseTheEleventh() {
    fail(10, null);

    assertRefused(null);
    assertThat(gate.read().admitted()).as("hashing slots that were not released").isZero();
  }

  @Test
  void doNotCountIfThePasswordIsRight() {
    for (int i = 0; i < 100; i++) {
      try (LoginAttempts.Attempt attempt = attempts.toLogIn(ADA, null)) {
        attempt.hash(COST, () -> true);
      }
    }
    fail(10, null);
  }

  @Test
  void doNotCountIfNoPasswordWasChecked() {
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(
              () -> {
                try (LoginAttempts.Attempt _ = attempts.toLogIn(ADA, null)) {
                  throw new ApiException(ProblemType.DATABASE_UNAVAILABLE);
                }
              })
          .isInstanceOf(ApiException.class);
      assertThatThrownBy(
              () -> {
                try (LoginAttempts.Attempt attempt = attempts.toLogIn(ADA, null)) {
                  attempt.hash(
                      COST,
                      () -> {
                        throw new ApiException(ProblemType.LOGIN_CAPACITY_EXCEEDED);
                      });
                }
              })
          .isInstanceOf(ApiException.class);
    }
    fail(10, null);
    assertThat(gate.read().admitted()).isZero();
  }

  @Test
  void countBeforeThePasswordIsChecked() throws Exception {
    fail(5, null);
    List<LoginAttempts.Attempt> open = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      open.add(attempts.toLogIn(ADA, null));
    }
    CompletableFuture<Boolean> sixth =
        CompletableFuture.supplyAsync(() -> {
          try (LoginAttempts.Attempt attempt = attempts.toLogIn(ADA, null)) {
            return attempt.hash(COST, () -> true);
          }
        });
    for (LoginAttempts.Attempt wrong : open.subList(0, 4)) {
      wrong.failed();
      wrong.close();
    }
    assertThat(sixth).as("no attempt is left").isNotDone();
    open.getLast().close();

    assertThat(sixth.get(60, TimeUnit.SECONDS))
        .as("an attempt that did not fail is returned")
        .isTrue();
  }

  @Test
  void holdNoHashingSlotWhileTheyWait() {
    fail(9, null);
    LoginAttempts.Attempt open = attempts.toLogIn(ADA, null);
    CompletableFuture<Void> waits = CompletableFuture.runAsync(() -> assertRefused(null));
    open.failed();
    open.close();

    assertThat(waits).succeedsWithin(Duration.ofSeconds(60));
    assertThat(gate.read().admitted()).isZero();
  }

  @Test
  void ofAKnownDeviceCountSeparately() {
    fail(10, null);
    assertRefused(null);

    fail(10, device);
    assertRefused(device);
  }

  @Test
  void ofAKnownDeviceCountAgainstTheAccountAfterItsOwn() {
    fail(20, device);

    assertRefused(device);
    assertRefused(null);
  }

  @Test
  void countAgainstTheAccountIfTheDeviceIsAnothers() {
    for (int i = 0; i < 10; i++) {
      try (LoginAttempts.Attempt attempt = attempts.toLogIn(ADA, device)) {
        attempt.countAgainst(ADA);
        attempt.failed();
      }
    }

    assertRefused(null);
    try (LoginAttempts.Attempt attempt = attempts.toLogIn(ADA, device)) {
      assertThatThrownBy(() -> attempt.countAgainst(ADA)).isInstanceOf(ApiException.class);
    }
    fail(10, device);
  }

  @Test
  void ofALoggedInUserCountPerSession() {
    fail(10, null);
    for (int i = 0; i < 10; i++) {
      try (LoginAttempts.Attempt attempt = attempts.toProveAgain(sessionId)) {
        attempt.failed();
      }
    }

    assertThatThrownBy(() -> attempts.toProveAgain(sessionId)).isInstanceOf(ApiException.class);
    attempts.toProveAgain(UUID.randomUUID()).close();
  }

  @Test
  void startAgainAfterAnUnlock() {
    fail(10, null);
    attempts.forget(ADA);

    fail(10, null);
    assertRefused(null);
  }

  private void fail(int times, Device from) {
    for (int i = 0; i < times; i++) {
      try (LoginAttempts.Attempt attempt = attempts.toLogIn(ADA, from)) {
        attempt.failed();
      }
    }
  }

  private void assertRefused(Device from) {
    assertThatThrownBy(() -> attempts.toLogIn(ADA, from).close())
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> {
              assertThat(refusal.type()).isEqualTo(ProblemType.RATE_LIMITED);
              assertThat(refusal.retryAfter()).isBetween(Duration.ZERO, Duration.ofHours(1));
            });
  }
}
