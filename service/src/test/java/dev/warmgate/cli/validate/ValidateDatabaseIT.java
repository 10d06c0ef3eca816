package dev.warmgate.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks what is said of the pools, the migrations and the warm-up of the database. */
final class ValidateDatabaseIT {
  private static final String KEY = "wg_sk_secret";

  private final FakeWarmgate fake = new FakeWarmgate();

  ValidateDatabaseIT() throws IOException {}

  @AfterEach
  void stop() {
    fake.close();
  }

  @ParameterizedTest
  @CsvSource({"401, fail, create another", "403, fail, lacks the scope", "503, fail, log of"})
  void advisesOnARefusedServiceKey(int status, String outcome, String words) {
    fake.put(FakeWarmgate.DATABASE, FakeWarmgate.body(status, "{\"code\": \"no\"}"));

    Run run = run(KEY);
    assertThat(run.outcome("database performance")).isEqualTo(outcome);
    assertThat(run.field("database performance", "advice")).contains(words);
    assertThat(run.json().toString() + run.errors()).doesNotContain(KEY);
  }

  @Test
  void skipsTheDatabaseOfAnOlderVersion() {
    assertThat(run(KEY).outcome("database performance")).isEqualTo("skip");
  }

  @Test
  void checksPoolsMigrationsAndWarmUp() {
    String body =
        """
        {"pools": [{"name": "requests", "pending": %d, "timeouts": %d,
        "acquire_ms": {"p95": %d, "count": 9}}], "warmup": {"complete": %s},
        "migrations": {"pending": %d}}\
        """;
    fake.put(FakeWarmgate.DATABASE, body.formatted(0, 0, 3, true, 0));
    assertThat(run(KEY).outcome("database performance")).isEqualTo("pass");

    fake.put(FakeWarmgate.DATABASE, body.formatted(0, 3, 3, true, 0));
    assertThat(run(KEY).outcome("database performance")).isEqualTo("pass");
    assertThat(run(KEY).field("database performance", "figure"))
        .contains("3 time-outs since the start");

    AtomicInteger timeouts = new AtomicInteger();
    fake.put(
        FakeWarmgate.DATABASE,
        exchange ->
            FakeWarmgate.body(
                    200,
                    "application/json",
                    body.formatted(2, timeouts.getAndIncrement(), 60, false, 4)
                        .getBytes(StandardCharsets.UTF_8))
                .handle(exchange));
    assertThat(run(KEY).field("database performance", "figure"))
        .contains(
            "2 requests wait", "1 time-outs within", "acquire p95 60.0 ms", "4 migrations pending")
        .contains("warm-up not complete");
  }

  @ParameterizedTest
  @CsvSource({
    "399, 1, false, pass, 499 ms",
    "400, 1, false, fail, 500 ms",
    "1900, 1, false, fail, nearer database",
    "1900, 1, true, skip, has migrated",
    "90000, 2, false, skip, had to wait",
  })
  void judgesHowLongTheStartTookToConnect(
      int millis, int attempts, boolean migrated, String outcome, String words) {
    fake.put(
        FakeWarmgate.DATABASE,
        """
        {"pools": [{"name": "requests"}], "warmup": {"complete": true, "steps": [
        {"name": "redis", "outcome": "warm", "attempts": 1, "duration_ms": 7},
        {"name": "database", "outcome": "warm", "attempts": %d, "duration_ms": %d},
        {"name": "pool", "outcome": "warm", "attempts": 1, "duration_ms": 100}]},
        "migrations": {"pending": 0, "migrated": %s}}\
        """
            .formatted(attempts, millis, migrated));

    Run run = run(KEY);
    assertThat(run.outcome("database warm-up")).isEqualTo(outcome);
    assertThat(run.field("database warm-up", "figure") + run.field("database warm-up", "advice"))
        .contains(words);
  }

  @Test
  void ignoresTimeoutsOfTheBackgroundPoolAtTheStart() {
    fake.put(
        FakeWarmgate.DATABASE,
        """
        {"pools": [{"name": "background", "pending": 0, "timeouts": 4, "acquire_ms": {"p95": 542}}],
        "warmup": {"complete": true}, "migrations": {"pending": 0}}\
        """);

    assertThat(run(KEY).outcome("database performance")).isEqualTo("pass");
  }

  private Run run(String serviceKey) {
    return Run.of("http://127.0.0.1:" + fake.port(), serviceKey, false);
  }
}
