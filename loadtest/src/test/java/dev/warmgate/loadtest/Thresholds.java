package dev.warmgate.loadtest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Every limit of the gate, and nowhere else: 95th percentiles in milliseconds and a count of failed
 * requests. A system property {@code gate.set.KEY} overrides one; an unknown key or a value that is
 * no whole number is refused with one line.
 */
public final class Thresholds {
  static final String PREFIX = "gate.set.";
  static final String FAILURES = "failures";
  static final String ANY = "any";
  private static final String P95 = ".p95";
  private static final int USAGE = 64;

  private final Map<String, Integer> limits = new LinkedHashMap<>();

  private Thresholds() {
    limits.put("login.p95", 1500);
    limits.put("verify.p95", 50);
    limits.put("ping.p95", 200);
    limits.put("middleware-status.p95", 100);
    limits.put("any.p95", 1500);
    limits.put(FAILURES, 0);
  }

  /** The limits with the overrides among the properties. */
  public static Thresholds from(Properties properties) {
    Thresholds thresholds = new Thresholds();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        thresholds.set(name.substring(PREFIX.length()), properties.getProperty(name));
      }
    }
    return thresholds;
  }

  /** Milliseconds for this type of request; any type is held to {@link #ANY} at least. */
  int p95(String request) {
    return limits.getOrDefault(request + P95, limits.get(ANY + P95));
  }

  int failures() {
    return limits.get(FAILURES);
  }

  private void set(String key, String value) {
    if (!limits.containsKey(key)) {
      throw new IllegalArgumentException(
          "Unknown threshold '%s'; there are: %s"
              .formatted(key, String.join(", ", limits.keySet())));
    }
    if (!value.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          "The threshold %s needs a whole number, not '%s'.".formatted(key, value));
    }
    limits.put(key, Integer.parseInt(value));
  }

  /**
   * Checks {@code KEY=VALUE} arguments before anything is started; exits with 64 if one is wrong.
   */
  public static void main(String[] arguments) {
    Properties properties = new Properties();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      properties.setProperty(
          PREFIX + argument.substring(0, Math.max(0, equals)), argument.substring(equals + 1));
    }
    try {
      from(properties);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE);
    }
  }
}
