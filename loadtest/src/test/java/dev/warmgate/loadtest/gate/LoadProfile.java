package dev.warmgate.loadtest.gate;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * How much load, and for how long. Users arrive at a constant rate whether or not the service keeps
 * up: that is what open means.
 *
 * @param rate logins per second; empty means a share of what the service can do just before
 * @param warmUp silent load before the measurement
 * @param measured load that is judged
 * @param idle nobody comes for so long before the first request after an idle time
 * @param overload each of the loads beyond capacity
 * @param outage how long PostgreSQL or Redis is away
 * @param soak the long run
 * @param hostile the load of hostile input
 * @param accounts registered before the load begins: so many that none has more sessions than it
 *     may, whatever is not logged out
 * @param overloads times the capacity
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
    List<Integer> overloads) {
  /** Of capacity: what a service in good order is asked for. */
  static final double USUAL_SHARE = 0.6;

  /** Of capacity: leaves room for whatever else is measured. */
  static final double LIGHT_SHARE = 0.3;

  /** Pings and looks at the middleware per second, as a monitor would do. */
  static final double PROBES_PER_SECOND = 5;

  /** What requests still under way may take after the last arrival. */
  static final Duration DRAIN = Duration.ofSeconds(60);

  static LoadProfile from(Properties properties) {
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
            .toList());
  }

  /** What runs must share to be compared: nothing for the usual load, else the rate. */
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
