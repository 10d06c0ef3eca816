package dev.warmgate.loadtest.gate.verdict;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * All limits of the gate, the comparisons and the benchmarks. A system property {@code
 * gate.set.KEY} overrides one; an unknown key or a value that is not a number is refused with a
 * one-line message.
 */
public final class Thresholds {
  public static final String PREFIX = "gate.set.";
  private static final String P95 = ".p95";

  private final Map<String, Double> limits = new LinkedHashMap<>();

  private Thresholds() {
    // Milliseconds, of successful requests only, from when they were due.
    limits.put("login.p95", 1500.0);
    // The 95th percentile of both requests of a login with a second factor, per that of a login.
    limits.put("login.with-factor", 1.3);
    limits.put("verify.p95", 50.0);
    limits.put("ping.p95", 200.0);
    limits.put("ready.p95", 200.0);
    limits.put("middleware-status.p95", 100.0);
    limits.put("any.p95", 1500.0);
    // The first requests after the process reports ready, and the first after an idle time.
    limits.put("cold.login", 1500.0);
    limits.put("cold.ping", 200.0);
    limits.put("cold.verify", 200.0);
    // During the first seconds of an immediate load, while the JIT compiler uses most of a
    // processor.
    limits.put("cold.verify.p95", 100.0);
    limits.put("idle.login", 1500.0);
    limits.put("idle.ping", 200.0);
    limits.put("idle.verify", 200.0);
    // Wrong answers, rate-limited requests, and the per cent of logins shed below capacity.
    limits.put("failures", 0.0);
    limits.put("limited", 0.0);
    limits.put("shed.percent", 1.0);
    limits.put("login.statements", 2.0);
    limits.put("refresh.statements", 1.0);
    // New connections to PostgreSQL during the load, in per cent of the logins.
    limits.put("login.connections", 10.0);
    // Connections still in use after the load: each has leaked from the pool.
    limits.put("connections.kept", 0.0);
    // The latency of refusals beyond capacity and while PostgreSQL is unreachable.
    limits.put("overload.refused.p95", 250.0);
    limits.put("outage.refused.p95", 1000.0);
    limits.put("recovery.seconds", 5.0);
    // Seconds after an outage of the mail server until no mail waits; failed attempts back off.
    limits.put("mail.afterwards", 90.0);
    // Growth during a soak, in per cent of the first third's median.
    limits.put("soak.growth", 25.0);
    // Validity of the measurement: milliseconds, per cent of a core, per cent, and numbers of
    // traces. A late request counts from when it was due, so a late generator never flatters the
    // service.
    limits.put("lateness.p99", 200.0);
    limits.put("generator.cpu", 80.0);
    limits.put("foreign.cpu", 15.0);
    limits.put("started.percent", 90.0);
    limits.put("traces", 200.0);
    limits.put("traces.full", 10.0);
    limits.put("incomplete.percent", 1.0);
    comparisons();
    benchmarks();
  }

  /** The limits of {@code scripts/gate.sh --baseline} and {@code --against}. */
  private void comparisons() {
    // A ratio that counts as a regression; smaller differences cannot be told from noise.
    limits.put("baseline.worse", 1.1);
    // If the interval reaches this ratio, the measurement is too uncertain for a verdict.
    limits.put("baseline.unclear", 2.0);
    // Per cent of the requests.
    limits.put("baseline.failed", 1.0);
    // Smaller ratios of a benchmark's figure are no difference, however certain.
    limits.put("against.differs", 1.03);
  }

  /**
   * The bars of {@code scripts/gate.sh --bench}, which judges cost and capacity with a cheaper load
   * generator: ratios, milliseconds, seconds, MiB, per cent or counts.
   */
  private void benchmarks() {
    limits.put("bench.filters.micros", 10.0);
    limits.put("bench.filters.bytes", 1024.0);
    limits.put("bench.filters.traced", 1.3);
    limits.put("bench.login.cpu", 1.25);
    limits.put("bench.login.rate", 0.8);
    limits.put("bench.hashing.rate", 1.3);
    limits.put("bench.start.floor", 3.0);
    // 0.5 and 1.2 s where an empty program takes 1.8 s.
    limits.put("bench.start.step", 0.28);
    limits.put("bench.start.warmup", 0.67);
    limits.put("bench.cold-login.first", 1.5);
    limits.put("bench.cold-login.burst", 2.0);
    limits.put("bench.overload.accepted.p95", 500.0);
    limits.put("bench.overload.refused.p95", 100.0);
    limits.put("bench.overload.goodput", 0.9);
    limits.put("bench.overload10.goodput", 0.7);
    limits.put("bench.overload.probe.p99", 50.0);
    limits.put("bench.me.bare", 2.0);
    limits.put("bench.me.agent", 0.8);
    limits.put("bench.me.introspect", 1.5);
    limits.put("bench.keys.bare", 0.9);
    limits.put("bench.refresh.me", 10.0);
    limits.put("bench.refresh.rows", 1.0);
    limits.put("bench.supabase.login", 1.15);
    limits.put("bench.supabase.refresh", 1.5);
    limits.put("bench.supabase.user", 1.0);
    // Per cent of a core.
    limits.put("bench.replicas.idle", 0.5);
    limits.put("bench.memory", 350.0);
    limits.put("bench.memory.agent", 450.0);
    limits.put("bench.database-pause.refused", 1000.0);
    limits.put("bench.database-pause.after", 1.5);
    // Spans, and series of metrics that ten thousand clients add to those of ten.
    limits.put("bench.watching.login", 14.0);
    limits.put("bench.watching.refused", 4.0);
    limits.put("bench.watching.refused-late", 12.0);
    limits.put("bench.watching.series", 0.0);
    // The size of a benchmark and not its bar: accounts in the larger database.
    limits.put("bench.scale.accounts", 1e6);
    limits.put("bench.scale.cpu", 1.1);
    limits.put("bench.scale.p95", 1.1);
    // The length of a benchmark and not its bar.
    limits.put("bench.bloat.minutes", 60.0);
    limits.put("bench.bloat.dead", 20.0);
    limits.put("bench.bloat.growth", 1.2);
    // Accounts in each import, which is a size and no bar.
    limits.put("bench.import.accounts", 200_000.0);
    limits.put("bench.import.copy", 4.0);
    limits.put("bench.import.login", 1.2);
    limits.put("bench.failed", 0.0);
  }

  public static Thresholds defaults() {
    return new Thresholds();
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
  public double p95(String request) {
    return limits.getOrDefault(request + P95, of("any.p95"));
  }

  /** Like {@link #p95(String)}, but for a service that has just started. */
  public double coldP95(String request) {
    return limits.getOrDefault("cold." + request + P95, p95(request));
  }

  public double of(String key) {
    return limits.get(key);
  }

  public Set<String> keys() {
    return limits.keySet();
  }

  public Map<String, Double> all() {
    return Map.copyOf(limits);
  }

  private void set(String key, String value) {
    if (!limits.containsKey(key)) {
      throw new IllegalArgumentException(
          "Unknown threshold '%s'; available: %s"
              .formatted(key, String.join(", ", limits.keySet())));
    }
    if (!value.matches("\\d{1,9}(\\.\\d{1,3})?")) {
      throw new IllegalArgumentException(
          "The threshold %s needs a number, not '%s'.".formatted(key, value));
    }
    limits.put(key, Double.parseDouble(value));
  }
}
