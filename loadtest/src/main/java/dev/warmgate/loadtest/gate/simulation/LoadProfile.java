package dev.warmgate.loadtest.gate.simulation;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The amount and the duration of the load. The load is open: users arrive at a constant rate even
 * if the service cannot keep up.
 *
 * @param rate logins per second; empty for a share of the capacity measured just before
 * @param warmUp length of the silent load before the measurement
 * @param measured length of the measured load
 * @param idle idle time before the first request after it
 * @param overload length of each load beyond capacity
 * @param outage how long PostgreSQL or Redis is unreachable
 * @param soak length of the soak test
 * @param hostile length of the load with hostile input
 * @param accounts number of registered accounts, high enough that none exceeds its limit of
 *     sessions
 * @param overloads the loads beyond capacity, as multiples of the capacity
 * @param supabase whether users of the login simulation call the Supabase form of the API
 */
public record LoadProfile(
    OptionalDouble rate,
    Duration warmUp,
    Duration measured,
    Duration idle,
    Duration overload,
    Duration outage,
    Duration soak,
    Duration hostile,
    int accounts,
    List<Integer> overloads,
    boolean supabase) {
  /** Share of the capacity in normal operation. */
  public static final double USUAL_SHARE = 0.6;

  /** Share of the capacity that leaves room for other measurements. */
  public static final double LIGHT_SHARE = 0.3;

  /** Pings and requests for the middleware status per second, as from a monitor. */
  static final double PROBES_PER_SECOND = 5;

  /** How long a load runs before a fault begins. */
  public static final Duration BEFORE_A_FAULT = Duration.ofSeconds(8);

  /** How long requests may still take after the last arrival. */
  static final Duration DRAIN = Duration.ofSeconds(60);

  public static LoadProfile from(Properties properties) {
    String rate = properties.getProperty("gate.rate", "");
    return new LoadProfile(
        rate.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(rate)),
        seconds(properties, "gate.warmup", 10),
        seconds(properties, "gate.duration", 30),
        seconds(properties, "gate.idle", 60),
        seconds(properties, "gate.overload", 60),
        seconds(properties, "gate.outage", 10),
        seconds(properties, "gate.soak", 600),
        seconds(properties, "gate.hostile", 120),
        Integer.parseInt(properties.getProperty("gate.accounts", "50")),
        Stream.of(properties.getProperty("gate.overloads", "2").split(",", -1))
            .map(Integer::valueOf)
            .toList(),
        properties.getProperty("gate.api", "own").equals("supabase"));
  }

  /** Returns a rate that Gatling can keep constant, because it injects whole users per second. */
  public static double whole(double perSecond) {
    return Math.max(1, Math.rint(perSecond));
  }

  /** Returns the settings in which comparable runs must agree. */
  @Override
  public String toString() {
    return ", "
        + measured.toSeconds()
        + " s"
        + (rate.isPresent() ? " at %.0f/s".formatted(rate.getAsDouble()) : "");
  }

  private static Duration seconds(Properties properties, String name, int otherwise) {
    return Duration.ofSeconds(
        Long.parseLong(properties.getProperty(name, Integer.toString(otherwise))));
  }
}
