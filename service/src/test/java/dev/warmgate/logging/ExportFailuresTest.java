package dev.warmgate.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ExportFailuresTest {
  private static final String REFUSED =
      "traces or metrics are not exported: Connection refused (see OTEL_EXPORTER_OTLP_ENDPOINT)";

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger exporter =
      context.getLogger("io.opentelemetry.exporter.otlp.internal.HttpExporter");
  private final Logger exporters = context.getLogger("io.opentelemetry.exporter");
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void install() {
    lines.start();
    root.addAppender(lines);
    exporters.setLevel(Level.OFF);
    new ExportFailures(() -> now).begin();
  }

  @AfterEach
  void remove() {
    root.detachAppender(lines);
    Appenders.ofAllLines().forEach(Appender::clearAllFilters);
    exporters.setLevel(null);
  }

  @Test
  void saysACauseOnceAndAgainAfterAPause() {
    for (int i = 0; i < 100; i++) {
      refuse(i);
      exporter.error("Too many log messages detected. Will only log 1 time(s) per minute");
      context
          .getLogger("io.opentelemetry.sdk.metrics.export.PeriodicMetricReader")
          .warn("Exporter failed");
    }
    assertThat(texts()).containsExactly(REFUSED);
    assertThat(lines.list).allMatch(line -> line.getThrowableProxy() == null);

    now = now.plus(ExportFailures.PAUSE).minusMillis(1);
    refuse(1);
    assertThat(texts()).hasSize(1);

    now = now.plusMillis(1);
    refuse(1);
    assertThat(texts()).containsExactly(REFUSED, REFUSED);
  }

  @Test
  void hasTheAgentSayWhatFailedAlthoughItsLoggersWereOff() {
    assertThat(exporter.isErrorEnabled()).isTrue();
    assertThat(exporter.isWarnEnabled()).isTrue();
    assertThat(exporter.isInfoEnabled()).isFalse();
  }

  @Test
  void saysAnotherCauseAtOnce() {
    refuse(1);
    for (int i = 1; i < 10; i++) {
      exporter.warn(
          "Failed to export " + i + " spans. Server responded with HTTP status code 404.");
    }
    assertThat(texts())
        .containsExactly(
            REFUSED,
            "traces or metrics are not exported: Server responded with HTTP status code 404."
                + " (see OTEL_EXPORTER_OTLP_ENDPOINT)");
  }

  @Test
  void leavesOtherLinesAlone() {
    exporters.setLevel(Level.INFO);
    exporter.info("Using the sender");
    context.getLogger("io.opentelemetry.sdk").error("failed");

    assertThat(texts()).containsExactly("Using the sender", "failed");
  }

  private void refuse(int metrics) {
    exporter.error(
        "Failed to export " + metrics + " metrics. The request could not be executed.",
        new IOException("Failed to connect", new ConnectException("Connection refused")));
  }

  /** Without the lines of other threads of this process. */
  private List<String> texts() {
    return List.copyOf(lines.list).stream()
        .filter(line ->
            line.getLoggerName().startsWith("io.opentelemetry.")
                || line.getLoggerName().equals(ExportFailures.class.getName()))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }
}
