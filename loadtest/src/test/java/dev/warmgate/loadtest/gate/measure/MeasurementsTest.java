package dev.warmgate.loadtest.gate.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmgate.loadtest.gate.measure.Sample.Outcome;
import dev.warmgate.loadtest.load.Arrival;
import org.junit.jupiter.api.Test;

final class MeasurementsTest {
  private static final long MILLI = 1_000_000;

  private final Measurements measurements = new Measurements();

  @Test
  void measuresLatencyFromTheIntendedStart() {
    Arrival.Stream stream = measurements.stream(10, 1);
    stream.arrive(0);
    Arrival late = stream.arrive(150 * MILLI);

    Sample sample = new Sample("login", late, 150 * MILLI, 170 * MILLI, 200, Outcome.SUCCESS, "");

    assertThat(late.lateMillis()).isEqualTo(50);
    assertThat(sample.millis()).isEqualTo(70);
  }

  @Test
  void infersTheStartOfAStreamFromItsLeastLateUser() {
    Arrival.Stream stream = measurements.stream(10, 1);
    Arrival first = stream.arrive(30 * MILLI);
    Arrival second = stream.arrive(100 * MILLI);

    assertThat(first.lateMillis()).isEqualTo(30);
    assertThat(second.lateMillis()).isZero();
  }

  @Test
  void countsOutcomesSeparately() {
    add(20, Outcome.SUCCESS);
    add(5000, Outcome.FAILED);
    add(1, Outcome.SHED);
    add(1, Outcome.LIMITED);

    RequestRow row = measurements.rows().get("login");

    assertThat(row.all()).isEqualTo(4);
    assertThat(row.success()).isEqualTo(1);
    assertThat(row.shed()).isEqualTo(1);
    assertThat(row.limited()).isEqualTo(1);
    assertThat(row.failed()).isEqualTo(1);
    assertThat(row.slowest()).isCloseTo(20, within(0.1));
  }

  private void add(long millis, Outcome outcome) {
    measurements.add(new Sample("login", null, 0, millis * MILLI, 0, outcome, ""));
  }
}
