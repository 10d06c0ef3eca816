package dev.warmgate.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Says in one line why the OpenTelemetry agent could not export, in place of the agent's own lines
 * with their stack traces, whatever the level of its loggers: they are off, so that it logs none of
 * its lines before this is installed. It repeats a cause after five minutes at the earliest.
 */
public final class ExportFailures extends TurboFilter {
  static final Duration PAUSE = Duration.ofMinutes(5);

  private static final String EXPORTERS = "io.opentelemetry.exporter.";

  private static final String SDK = "io.opentelemetry.sdk.";

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

  /** Adds it to the loggers of this process, until they are configured again. */
  public static void install() {
    ExportFailures failures = new ExportFailures(InstantSource.system());
    failures.start();
    ((LoggerContext) LoggerFactory.getILoggerFactory()).addTurboFilter(failures);
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      ch.qos.logback.classic.Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    boolean failing =
        logger.getName().startsWith(EXPORTERS) || isFollowing(logger.getName(), format);
    if (!failing || !level.isGreaterOrEqual(Level.WARN)) {
      return FilterReply.NEUTRAL;
    }
    if (format == null) {
      // The agent asks first whether its logger is on, and says nothing if it is not.
      return FilterReply.ACCEPT;
    }
    if (!format.equals(FAILED) && !format.startsWith(THROTTLED)) {
      say(thrown == null ? withoutCount(format) : RootCause.of(thrown));
    }
    return FilterReply.DENY;
  }

  private static boolean isFollowing(String logger, @Nullable String format) {
    return logger.startsWith(SDK) && FAILED.equals(format);
  }

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
