package dev.warmgate.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
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
public final class LogLimit extends Filter<ILoggingEvent> {
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
  private record Kind(Level level, String beginning, @Nullable String thrown) {}

  private final Map<String, Map<Kind, AtomicInteger>> counts = new ConcurrentHashMap<>();
  private final int appenders;

  private LogLimit(int appenders) {
    this.appenders = appenders;
  }

  /** Adds a new limit to the appenders of this process, until they are configured again. */
  public static LogLimit install() {
    List<Appender<ILoggingEvent>> appenders = Appenders.ofAllLines();
    LogLimit limit = new LogLimit(appenders.size());
    limit.start();
    appenders.forEach(appender -> appender.addFilter(limit));
    return limit;
  }

  @Override
  public FilterReply decide(ILoggingEvent line) {
    List<Marker> markers = line.getMarkerList();
    if (markers != null && markers.contains(ALWAYS)) {
      return FilterReply.NEUTRAL;
    }
    // Each appender asks about each line.
    return count(line).incrementAndGet() <= LINES * appenders
        ? FilterReply.NEUTRAL
        : FilterReply.DENY;
  }

  private AtomicInteger count(ILoggingEvent line) {
    Map<Kind, AtomicInteger> kinds =
        counts.computeIfAbsent(line.getLoggerName(), _ -> new ConcurrentHashMap<>());
    String message = line.getMessage() == null ? "" : line.getMessage();
    String beginning = message.substring(0, Math.min(PREFIX, message.length()));
    IThrowableProxy thrown = line.getThrowableProxy();
    Kind kind = new Kind(line.getLevel(), beginning, thrown == null ? null : thrown.getClassName());
    AtomicInteger known = kinds.get(kind);
    if (known != null) {
      return known;
    }
    Kind counted = kinds.size() < KINDS ? kind : new Kind(line.getLevel(), "", null);
    return kinds.computeIfAbsent(counted, _ -> new AtomicInteger());
  }

  /** Says what has been held back, and starts to count again; called once a minute. */
  public void report() {
    counts.forEach((logger, _) -> report(logger, counts.remove(logger)));
  }

  private void report(String logger, Map<Kind, AtomicInteger> kinds) {
    kinds.forEach((kind, count) -> {
      int held = count.get() / appenders - LINES;
      if (held > 0) {
        log.atLevel(
                org.slf4j.event.Level.intToLevel(Level.toLocationAwareLoggerInteger(kind.level())))
            .addMarker(ALWAYS)
            .log("held back {} more lines of {}: {}", held, logger, kind.beginning());
      }
    });
  }
}
