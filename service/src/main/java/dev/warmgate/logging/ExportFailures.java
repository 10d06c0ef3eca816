package dev.warmgate.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in one line why the OpenTelemetry agent could not export, in place of the agent's own lines
 * with their stack traces. Its loggers are off until this is installed, so that it logs none of its
 * lines before. It repeats a cause after five minutes at the earliest.
 */
public final class ExportFailures extends Filter<ILoggingEvent> {
  static final Duration PAUSE = Duration.ofMinutes(5);

  private static final String EXPORTERS = "io.opentelemetry.exporter";

  private static final String SDK = "io.opentelemetry.sdk.";

  /** Those that the configuration has turned off. */
  private static final List<String> LOGGERS = List.of(EXPORTERS, SDK + "metrics.export");

  /** Follows the exporter's own line, and says no more. */
  private static final String FAILED = "Exporter failed";

  /** The agent's own limit says so at the exporter's logger. */
  private static final String THROTTLED = "Too many log messages detected";

  private static final int LONGEST = 200;

  private static final Logger log = LoggerFactory.getLogger(ExportFailures.class);

  private final InstantSource clock;
  private final Map<String, Instant> said = new ConcurrentHashMap<>();

  ExportFailures(InstantSource clock) {
    this.clock = clock;
  }

  /** Adds it to the appenders of this process, until they are configured again. */
  public static void install() {
    new ExportFailures(InstantSource.system()).begin();
  }

  void begin() {
    start();
    Appenders.ofAllLines().forEach(appender -> appender.addFilter(this));
    LOGGERS.forEach(name ->
        ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(name)).setLevel(Level.WARN));
  }

  @Override
  public FilterReply decide(ILoggingEvent line) {
    String message = line.getMessage();
    if (message == null
        || !line.getLevel().isGreaterOrEqual(Level.WARN)
        || !isOfAnExport(line.getLoggerName(), message)) {
      return FilterReply.NEUTRAL;
    }
    if (!message.equals(FAILED) && !message.startsWith(THROTTLED)) {
      say(
          line.getThrowableProxy() instanceof ThrowableProxy thrown
              ? RootCause.of(thrown.getThrowable())
              : withoutCount(message));
    }
    return FilterReply.DENY;
  }

  private static boolean isOfAnExport(String logger, String message) {
    return logger.startsWith(EXPORTERS) || (logger.startsWith(SDK) && message.equals(FAILED));
  }

  /** Logs on the way through an appender: those with a queue, as all of Dropwizard's, allow it. */
  private void say(String cause) {
    Instant now = clock.instant();
    said.values().removeIf(at -> !at.plus(PAUSE).isAfter(now));
    if (said.putIfAbsent(cause, now) == null) {
      log.warn("traces or metrics are not exported: {} (see OTEL_EXPORTER_OTLP_ENDPOINT)", cause);
    }
  }

  /** The agent formats its messages: {@code Failed to export 21 metrics. Server responded …}. */
  private static String withoutCount(String message) {
    String cause = message.replaceFirst("^Failed to export \\d+ \\w+\\. ", "");
    return cause.substring(0, Math.min(LONGEST, cause.length()));
  }
}
