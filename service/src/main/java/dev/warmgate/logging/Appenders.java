package dev.warmgate.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Where the lines of this process go. Their filters run before a line is queued, and unlike
 * Logback's turbo filters not for the hundred questions of each request whether to log at DEBUG.
 */
final class Appenders {
  private Appenders() {}

  static List<Appender<ILoggingEvent>> ofAllLines() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
    root.iteratorForAppenders().forEachRemaining(appenders::add);
    return appenders;
  }
}
