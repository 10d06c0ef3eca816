package dev.warmgate.loadtest.gate.simulation;

import dev.warmgate.loadtest.gate.measure.Measurements;
import dev.warmgate.loadtest.gate.measure.Observation;
import dev.warmgate.loadtest.gate.measure.RequestRow;
import dev.warmgate.loadtest.gate.measure.Sample;
import dev.warmgate.loadtest.gate.measure.Usage;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Check.Kind;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Collects the checks of a simulation and provides those that simulations share. */
public final class Judge {
  private static final int UNAUTHORIZED = 401;

  private final Measurements measurements;
  private final Thresholds thresholds;
  private final List<Usage> usages;
  private final List<Check> checks = new ArrayList<>();
  private final Map<String, Double> figures = new TreeMap<>();

  public Judge(Measurements measurements, Thresholds thresholds, List<Usage> usages) {
    this.measurements = measurements;
    this.thresholds = thresholds;
    this.usages = usages;
  }

  public Measurements measurements() {
    return measurements;
  }

  /** Returns the samples of the resources that the service used. */
  List<Usage> usages() {
    return usages;
  }

  /** Adds a figure that is reported but not judged. */
  public void figure(String name, double value) {
    figures.put(name, value);
  }

  public Map<String, Double> figures() {
    return Map.copyOf(figures);
  }

  /** Checks that the measurement is valid. */
  public void validity(Observation observation, boolean ownStack) {
    long unknown =
        measurements.samples().stream()
            .filter(sample -> sample.request().equals("login") && sample.status() == UNAUTHORIZED)
            .count();
    checks.add(
        Check.that(Kind.TARGET, "accounts", unknown == 0, unknown + " logins of unknown accounts"));
    if (measurements.intended() > 0) {
      checks.add(
          Check.atLeast(
              Kind.TARGET,
              "started.percent",
              100.0 * measurements.arrived() / measurements.intended(),
              thresholds.of("started.percent"),
              "% of the intended users"));
      checks.add(atMost(Kind.MEASUREMENT, "lateness.p99", measurements.latenessP99(), "ms"));
    }
    checks.add(
        atMost(
            Kind.MEASUREMENT,
            "generator.cpu",
            100 * observation.generatorCores(),
            "% of a core, the load generator"));
    if (ownStack) {
      // With --url, the service itself may be one of the other programs.
      checks.add(
          atMost(
              Kind.MEASUREMENT,
              "foreign.cpu",
              100 * observation.foreignCores(),
              "% of a core, other programs"));
    }
  }

  /** Checks the connections still in use after the load; -1 if the service does not report them. */
  public void connections(int kept) {
    checks.add(
        kept < 0
            ? Check.that(Kind.ANSWERS, "connections.kept", false, "the service does not report it")
            : atMost(Kind.ANSWERS, "connections.kept", kept, "connections in use"));
  }

  /**
   * Checks that the service ended no sessions because of their number, which would reduce the load.
   */
  public void sessionsBeyondTheCap(long ended) {
    checks.add(
        Check.that(
            Kind.TARGET,
            "accounts.enough",
            ended == 0,
            ended + " sessions ended because their accounts had too many"));
  }

  /** Checks the answers and latencies of a service in normal operation. */
  public void requests() {
    measurements.rows().values().forEach(this::p95);
    answersAndShed();
  }

  /** Checks the answers and latencies of a service that has just started. */
  public void firstRequests() {
    measurements.rows().values().forEach(row -> p95(row, thresholds.coldP95(row.request())));
    answersAndShed();
  }

  private void answersAndShed() {
    answers(true);
    long logins = rows("login").map(RequestRow::all).orElse(0L);
    if (logins > 0) {
      checks.add(
          atMost(
              Kind.LIMIT,
              "shed.percent",
              100.0 * rows("login").orElseThrow().shed() / logins,
              "% of the logins"));
    }
  }

  /**
   * Checks the number of wrong answers.
   *
   * @param available whether all dependencies are available, so that a 503 counts as a failure
   */
  public void answers(boolean available) {
    Map<String, RequestRow> rows = measurements.rows();
    checks.add(
        atMost(
                Kind.ANSWERS,
                "failures",
                rows.values().stream()
                    .mapToDouble(row -> row.failed() + (available ? row.unavailable() : 0))
                    .sum(),
                "requests")
            .because(failures()));
    checks.add(
        atMost(
            Kind.ANSWERS,
            "limited",
            rows.values().stream().mapToDouble(RequestRow::limited).sum(),
            "requests"));
  }

  private String failures() {
    return measurements.samples().stream()
        .filter(sample -> sample.outcome() == Sample.Outcome.FAILED)
        .map(sample ->
            sample.request() + " " + (sample.status() == 0 ? "no answer" : sample.status()))
        .distinct()
        .limit(4)
        .reduce((all, one) -> all + ", " + one)
        .orElse("");
  }

  public void p95(RequestRow row) {
    p95(row, thresholds.p95(row.request()));
  }

  private void p95(RequestRow row, double limit) {
    checks.add(Check.atMost(Kind.LIMIT, row.request() + ".p95", row.p95(), limit, "ms"));
  }

  public void add(Check check) {
    checks.add(check);
  }

  public void addAll(List<Check> more) {
    checks.addAll(more);
  }

  /** Adds the checks and figures of another judge of the same load. */
  public void addAll(Judge other) {
    checks.addAll(other.checks);
    figures.putAll(other.figures);
  }

  /** Returns a check with the limit from {@link Thresholds}. */
  public Check atMost(Kind kind, String key, double measured, String unit) {
    return Check.atMost(kind, key, measured, thresholds.of(key), unit);
  }

  /** Returns the row of one type of request. */
  public Optional<RequestRow> rows(String request) {
    return Optional.ofNullable(measurements.rows().get(request));
  }

  public List<Check> checks() {
    return List.copyOf(checks);
  }
}
