package dev.warmgate.loadtest.gate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * Every limit of the gate, and nowhere else; whole numbers. A system property {@code gate.set.KEY}
 * overrides one; an unknown key or a value that is no whole number is refused with one line.
 */
public final class Thresholds {
  public static final String PREFIX = "gate.set.";
  private static final String P95 = ".p95";

  private final Map<String, Integer> limits = new LinkedHashMap<>();

  private Thresholds() {
    // Milliseconds, of successes only, from the moment they were meant to start.
    limits.put("login.p95", 1500);
    limits.put("verify.p95", 50);
    limits.put("ping.p95", 200);
    limits.put("middleware-status.p95", 100);
    limits.put("any.p95", 1500);
    // The first requests of a process that says it is ready, and the first after nobody came.
    limits.put("cold.login", 1500);
    limits.put("cold.ping", 200);
    limits.put("cold.verify", 200);
    // The first seconds of a load that comes at once, while the compiler takes most of a processor.
    limits.put("cold.verify.p95", 100);
    limits.put("idle.login", 1500);
    limits.put("idle.ping", 200);
    limits.put("idle.verify", 200);
    // 1.5 s is loose: logins in times of this machine's own hash, of which the queue of 250 ms is
    // some 12, and per cent of its hash rate, traced and minutes after the start; what settles is
    // judged by scripts/gate.sh --bench login.
    limits.put("login.hashes", 16);
    limits.put("capacity.percent", 50);
    // Requests: not answered as they must be, and per cent of logins turned away below capacity.
    limits.put("failures", 0);
    limits.put("limited", 0);
    limits.put("shed.percent", 1);
    limits.put("login.statements", 2);
    limits.put("refresh.statements", 1);
    // Connections that PostgreSQL had to open meanwhile, per cent of the logins.
    limits.put("login.connections", 10);
    // Connections still in use when nobody asks any more: each was lost to the pool.
    limits.put("connections.kept", 0);
    // Beyond capacity: per cent of it that is still served, beside a generator on the same cores
    // (scripts/gate.sh --bench overload has a cheaper one), and how soon the others are told.
    limits.put("overload.goodput", 60);
    limits.put("overload5.goodput", 60);
    limits.put("overload10.goodput", 40);
    limits.put("overload.refused.p95", 250);
    limits.put("recovery.seconds", 5);
    limits.put("outage.refused.p95", 1000);
    // Growth over a soak, per cent of what was there in its first third.
    limits.put("soak.growth", 25);
    // Whether the measurement counts: milliseconds, per cent of a core, per cent, traces. What is
    // sent late counts from when it was due, so a late generator never flatters the service.
    limits.put("lateness.p99", 200);
    limits.put("generator.cpu", 80);
    limits.put("foreign.cpu", 15);
    limits.put("started.percent", 90);
    limits.put("traces", 200);
    limits.put("traces.full", 10);
    limits.put("incomplete.percent", 1);
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

  /** Milliseconds for this type of request; any type is held to {@code any.p95} at least. */
  public int p95(String request) {
    return limits.getOrDefault(request + P95, of("any.p95"));
  }

  /** As {@link #p95(String)}, but for a service that has only just started. */
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
          "Unknown threshold '%s'; there are: %s"
              .formatted(key, String.join(", ", limits.keySet())));
    }
    if (!value.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          "The threshold %s needs a whole number, not '%s'.".formatted(key, value));
    }
    limits.put(key, Integer.parseInt(value));
  }
}
