package dev.warmgate.loadtest;

import java.time.Duration;
import java.util.Properties;

/**
 * How much load, and for how long. Users arrive at a constant rate whether or not the service keeps
 * up: that is what open means.
 *
 * @param loginsPerSecond arriving sessions, each of one login and what follows it
 * @param warmUp silent load before the measurement
 * @param measured load that is judged
 */
record LoadProfile(double loginsPerSecond, Duration warmUp, Duration measured) {
  /** Pings and looks at the middleware per second, as a monitor would do. */
  static final double PROBES_PER_SECOND = 5;

  /** Registered before the load begins. */
  static final int ACCOUNTS = 50;

  /** What requests still under way may take after the last arrival. */
  static final Duration DRAIN = Duration.ofSeconds(60);

  static LoadProfile from(Properties properties) {
    return new LoadProfile(
        Double.parseDouble(properties.getProperty("gate.rate", "10")),
        seconds(properties, "gate.warmup", "15"),
        seconds(properties, "gate.duration", "30"));
  }

  Duration longest() {
    return warmUp.plus(measured).plus(DRAIN);
  }

  private static Duration seconds(Properties properties, String name, String otherwise) {
    return Duration.ofSeconds(Integer.parseInt(properties.getProperty(name, otherwise)));
  }
}
