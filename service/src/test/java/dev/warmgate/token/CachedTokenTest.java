package dev.warmgate.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Caller;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CachedTokenTest {
  /** A token for another API must not be read from Redis as a token for this one. */
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "https://orders.example.com")
  void isReadAsItWasWritten(@Nullable String resource) throws IOException {
    Caller caller =
        new Caller(
            UUID.randomUUID(),
            UUID.randomUUID(),
            "ada@example.com",
            true,
            Set.of("user", "admin"),
            Instant.parse("2026-11-23T10:15:30Z"),
            resource,
            Instant.parse("2026-11-23T10:00:00Z"),
            2);
    CachedToken cached =
        CachedToken.of(caller, "key", Instant.parse("2026-11-23T10:00:00.000001Z"), 7);

    assertThat(CachedToken.read(cached.write())).isEqualTo(cached);
  }
}
