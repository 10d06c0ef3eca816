package dev.warmgate.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * Lets ten lines of each kind pass in a minute, whoever logs them, since strangers can provoke most
 * kinds as often as they like. What it holds back it counts, and {@link #report} says how many.
 * Lines with the marker {@link #ALWAYS} pass.
 */
public final class LogLimit extends TurboFilter {
  /** Marks a line that must not be held back. */
  public static final Marker ALWAYS = MarkerFactory.getMarker("always");

  static final int LINES = 10;

  /** More kinds of one logger count as one: its messages contain what a stranger sent. */
  static final int KINDS = 20;

  /** Most messages that are not formatted by SLF4J differ only after their beginning. */
  private static final int PREFIX = 32;

  private static final org.slf4j.Logger log = LoggerFactory.getLogger(LogLimit.class);

  /**
   * Lines that differ in their arguments only.
   *
   * @param beginning of the format
   * @param thrown the class of the exception
   */
  private record Kind(Level level, String beginning, @Nullable Class<?> thrown) {}

  private final Map<Logger, Map<Kind, AtomicInteger>> counts = new ConcurrentHashMap<>();

  /** Adds a new limit to the loggers of this process, until they are configured again. */
  public static LogLimit install() {
    LogLimit limit = new LogLimit();
    limit.start();
    ((LoggerContext) LoggerFactory.getILoggerFactory()).addTurboFilter(limit);
    return limit;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    boolean logged = format != null && level.isGreaterOrEqual(logger.getEffectiveLevel());
    if (!logged || ALWAYS.equals(marker)) {
      return FilterReply.NEUTRAL;
    }
    return count(logger, level, format, thrown).incrementAndGet() <= LINES
        ? FilterReply.NEUTRAL
        : FilterReply.DENY;
  }

  private AtomicInteger count(
      Logger logger, Level level, String format, @Nullable Throwable thrown) {
    Map<Kind, AtomicInteger> kinds = counts.computeIfAbsent(logger, _ -> new ConcurrentHashMap<>());
    String beginning = format.substring(0, Math.min(PREFIX, format.length()));
    Kind kind = new Kind(level, beginning, thrown == null ? null : thrown.getClass());
    AtomicInteger known = kinds.get(kind);
    if (known != null) {
      return known;
    }
    Kind counted = kinds.size() < KINDS ? kind : new Kind(level, "", null);
    return kinds.computeIfAbsent(counted, _ -> new AtomicInteger());
  }

  /** Says what has been held back, and starts to count again; called once a minute. */
  public void report() {
    counts.forEach((logger, _) -> report(logger, counts.remove(logger)));
  }

  private static void report(Logger logger, Map<Kind, AtomicInteger> kinds) {
    kinds.forEach((kind, count) -> {
      int held = count.get() - LINES;
      if (held > 0) {
        log.atLevel(
                org.slf4j.event.Level.intToLevel(Level.toLocationAwareLoggerInteger(kind.level())))
            .addMarker(ALWAYS)
            .log("held back {} more lines of {}: {}", held, logger.getName(), kind.beginning());
      }
    });
  }
}
