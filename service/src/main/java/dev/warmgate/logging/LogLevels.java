package dev.warmgate.logging;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * Applies a level below INFO to the service's own classes only. At such levels libraries log
 * requests, commands and rows, with the secrets in them.
 */
public final class LogLevels {
  private static final String OWN_CLASSES = "dev.warmgate";

  private LogLevels() {}

  /** A level that the configuration gives to a logger by name stays as it is. */
  public static void keepFromLibraries(DefaultLoggingFactory logging) {
    Level level = Level.toLevel(logging.getLevel(), Level.INFO);
    if (level.isGreaterOrEqual(Level.INFO) || !level.toString().equals(logging.getLevel())) {
      return;
    }
    Map<String, JsonNode> loggers = new HashMap<>(logging.getLoggers());
    loggers.putIfAbsent(OWN_CLASSES, TextNode.valueOf(level.toString()));
    logging.setLoggers(loggers);
    logging.setLevel(Level.INFO.toString());
  }
}
