package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ServiceClasses;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks that a duration in the configuration is within what PostgreSQL, Redis and timers hold; a
 * larger one would stop no start, but fail requests.
 */
final class DurationLimitsTest {
  private final DeliveredConfiguration delivered = new DeliveredConfiguration();

  @Test
  void everyDurationOfTheConfigurationHasLimits() {
    List<Field> durations =
        ServiceClasses.all().stream()
            .filter(type -> type.getName().contains("Configuration"))
            .filter(Class::isRecord)
            .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
            .filter(field -> field.getType().equals(Duration.class))
            .toList();

    assertThat(durations)
        .hasSizeGreaterThan(15)
        .allSatisfy(field -> {
          assertThat(field.isAnnotationPresent(MinDuration.class)).as(field.toString()).isTrue();
          assertThat(field.isAnnotationPresent(MaxDuration.class)).as(field.toString()).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refresh | {idle: 200000000d} | refresh.idle",
        "refresh | {absolute: 200000000d} | refresh.absolute",
        "audit | {retention: 200000000d} | audit.retention",
        "housekeeping | {ended_sessions: 200000000d} | housekeeping.ended_sessions",
        "keys | {publish_ahead: 200000000d, rotate_after: 0s} | keys.publish_ahead",
        "keys | {rotate_after: 200000000d} | keys.rotate_after",
        "keys | {reload: 200000000d} | keys.reload",
        "webhooks | {max_backoff: 200000000d} | webhooks.max_backoff",
        "webhooks | {retention: 200000000d} | webhooks.retention",
        "rate_limits | {login: 60/999999d} | rate_limits.login",
      })
  void namesTheKeyOfATimeThatIsTooLong(String section, String value, String key) {
    delivered.replaced = section;
    delivered.added = section + ": " + value;

    assertThat(delivered.refusal()).contains(key);
  }
}
