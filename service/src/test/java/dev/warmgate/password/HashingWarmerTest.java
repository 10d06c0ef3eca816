package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.util.Duration;
import io.opentelemetry.api.OpenTelemetry;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class HashingWarmerTest {
  private static final long TICK_NANOS = 30_000_000;

  /** Each hash waits for longer than the initial estimate, and so for longer than a login may. */
  @Test
  void replacesTheInitialEstimateByAMeasurementHoweverLongItWaits() throws Exception {
    HashingConfiguration configuration = new HashingConfiguration(null, null, 2, null);
    AtomicLong clock = new AtomicLong();
    HashingGate gate =
        new HashingGate(
            configuration,
            new LoginConfiguration(Duration.milliseconds(0)),
            true,
            OpenTelemetry.noop(),
            () -> clock.addAndGet(TICK_NANOS));
    try {
      new HashingWarmer(gate, new PasswordHasher(configuration)).call();

      assertThat(gate.read().estimateMs()).isGreaterThanOrEqualTo(TICK_NANOS / 1e6);
    } finally {
      gate.stop();
    }
  }
}
