package dev.warmgate.loadtest.gate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * All limits of the gate, as whole numbers. A system property {@code gate.set.KEY} overrides one;
 * an unknown key or a value that is not a whole number is refused with a one-line message.
 */
public final class Thresholds {
  public static final String PREFIX = "gate.set.";
  private static final String P95 = ".p95";

  private final Map<String, Integer> limits = new LinkedHashMap<>();

  private Thresholds() {
    // Milliseconds, of successful requests only, from when they were due.
    limits.put("login.p95", 1500);
    limits.put("verify.p95", 50);
    limits.put("ping.p95", 200);
    limits.put("middleware-status.p95", 100);
    limits.put("any.p95", 1500);
    // The first requests after the process reports ready, and the first after an idle time.
    limits.put("cold.login", 1500);
    limits.put("cold.ping", 200);
    limits.put("cold.verify", 200);
    // During the first seconds of an immediate load, while the JIT compiler uses most of a
    // processor.
    limits.put("cold.verify.p95", 100);
    limits.put("idle.login", 1500);
    limits.put("idle.ping", 200);
    limits.put("idle.verify", 200);
    // Relative limits, stricter than 1.5 s: the login p95 as a multiple of one hash on this
    // machine, of which the queue of 250 ms accounts for about 12, and the capacity in per cent of
    // the machine's hash rate, both traced and minutes after the start. scripts/gate.sh --bench
    // login judges the settled service.
    limits.put("login.hashes", 16);
    limits.put("capacity.percent", 50);
    // Wrong answers, rate-limited requests, and the per cent of logins shed below capacity.
    limits.put("failures", 0);
    limits.put("limited", 0);
    limits.put("shed.percent", 1);
    limits.put("login.statements", 2);
    limits.put("refresh.statements", 1);
    // New connections to PostgreSQL during the load, in per cent of the logins.
    limits.put("login.connections", 10);
    // Connections still in use after the load: each has leaked from the pool.
    limits.put("connections.kept", 0);
    // Beyond capacity: the per cent of the capacity that is still served, beside a generator on the
    // same cores (scripts/gate.sh --bench overload uses a cheaper one), and the latency of
    // refusals.
    limits.put("overload.goodput", 60);
    limits.put("overload5.goodput", 60);
    limits.put("overload10.goodput", 40);
    limits.put("overload.refused.p95", 250);
    limits.put("recovery.seconds", 5);
    limits.put("outage.refused.p95", 1000);
    // Growth during a soak, in per cent of the first third's median.
    limits.put("soak.growth", 25);
    // Validity of the measurement: milliseconds, per cent of a core, per cent, and numbers of
    // traces. A late request counts from when it was due, so a late generator never flatters the
    // service.
    limits.put("lateness.p99", 200);
    limits.put("generator.cpu", 80);
    limits.put("foreign.cpu", 15);
    limits.put("started.percent", 90);
    limits.put("traces", 200);
    limits.put("traces.full", 10);
    limits.put("incomplete.percent", 1);
  }

  /** Returns the limits with the overrides among the properties. */
  public static Thresholds from(Properties properties) {
    Thresholds thresholds = new Thresholds();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        thresholds.set(name.substring(PREFIX.length()), properties.getProperty(name));
      }
    }
    return thresholds;
  }

  /** Returns the limit in milliseconds for this type of request, {@code any.p95} by default. */
  public int p95(String request) {
    return limits.getOrDefault(request + P95, of("any.p95"));
  }

  /** Like {@link #p95(String)}, but for a service that has just started. */
  public int coldP95(String request) {
    return limits.getOrDefault("cold." + request + P95, p95(request));
  }

  public int of(String key) {
    return limits.get(key);
  }

  public Set<String> keys() {
    return limits.keySet();
  }

  public Map<String, Integer> all() {
    return Map.copyOf(limits);
  }

  private void set(String key, String value) {
    if (!limits.containsKey(key)) {
      throw new IllegalArgumentException(
          "Unknown threshold '%s'; available: %s"
              .formatted(key, String.join(", ", limits.keySet())));
    }
    if (!value.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          "The threshold %s needs a whole number, not '%s'.".formatted(key, value));
    }
    limits.put(key, Integer.parseInt(value));
  }
}
