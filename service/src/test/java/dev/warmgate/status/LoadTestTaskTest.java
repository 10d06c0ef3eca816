package dev.warmgate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.problem.ApiException;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class LoadTestTaskTest {
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private Instant now = Instant.EPOCH;
  private final LoadTestTask task =
      new LoadTestTask(
          new Clock() {
            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          },
          OpenTelemetrySdk.builder()
              .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
              .build());

  @Test
  void reportsActiveAndEndedRuns() {
    task.report("login-1", "begin");
    task.report("spike-1", "begin");
    task.report("login-1", "end");

    assertThat(active()).isEqualTo(Map.of("login-1", 0L, "spike-1", 1L));
  }

  @Test
  void endsARunAfterAnHour() {
    task.report("killed-1", "begin");
    now = now.plus(Duration.ofMinutes(61));

    assertThat(active()).isEqualTo(Map.of("killed-1", 0L));
  }

  @Test
  void remembersTheTwentyNewestRuns() {
    for (int run = 0; run < 50; run++) {
      task.report("run-" + run, "begin");
    }

    assertThat(active()).hasSize(20).containsKeys("run-30", "run-49");
  }

  @Test
  void refusesInvalidNamesAndStates() {
    assertThatThrownBy(() -> task.report("a b", "begin")).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> task.report("", "begin")).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> task.report("a", "pause")).isInstanceOf(ApiException.class);
  }

  private Map<String, Long> active() {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(Telemetry.LOAD_TEST_ACTIVE))
        .flatMap(metric -> metric.getLongGaugeData().getPoints().stream())
        .collect(
            Collectors.toMap(
                point -> point.getAttributes().get(Telemetry.LOAD_TEST_RUN),
                LongPointData::getValue));
  }
}
