package dev.warmgate.loadtest.gate.report;

import dev.warmgate.loadtest.gate.measure.Measurements;
import dev.warmgate.loadtest.gate.measure.RequestRow;
import dev.warmgate.loadtest.gate.measure.Sample;
import dev.warmgate.loadtest.gate.measure.Traces;
import dev.warmgate.loadtest.gate.measure.Usage;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of one simulation or benchmark, as reports and later comparisons need them.
 *
 * @param attempt counts from 1
 * @param repeated whether a later attempt replaces this one, which then counts for nothing
 * @param figures other figures, by name
 * @param slowest the slowest requests, each with its trace id
 * @param gatling the directory of Gatling's own report, empty if unknown
 */
public record Result(
    String name,
    int attempt,
    boolean repeated,
    Verdict verdict,
    double seconds,
    double loginsPerSecond,
    List<RequestRow> requests,
    List<Check> checks,
    Map<String, Double> figures,
    List<Usage> usage,
    List<Slow> slowest,
    String gatling) {
  /**
   * A slow request.
   *
   * @param detail how its time was spent, if its trace is available
   */
  public record Slow(String request, double millis, String traceId, String detail) {}

  private static final int SLOWEST = 8;

  /** Returns the result of a load. */
  public static Result of(
      String name,
      double seconds,
      double loginsPerSecond,
      List<Check> checks,
      Map<String, Double> figures,
      Measurements measurements,
      List<Usage> usage,
      Optional<Traces> traces) {
    return new Result(
        name,
        1,
        false,
        Verdict.of(checks),
        seconds,
        loginsPerSecond,
        List.copyOf(measurements.rows().values()),
        checks,
        figures,
        usage,
        slowest(measurements, traces),
        "");
  }

  /** Returns a result that has only checks and figures. */
  public static Result of(
      String name, double seconds, List<Check> checks, Map<String, Double> figures) {
    return of(name, seconds, 0, checks, figures, new Measurements(), List.of(), Optional.empty());
  }

  private static List<Slow> slowest(Measurements measurements, Optional<Traces> traces) {
    return measurements.samples().stream()
        .filter(sample -> sample.outcome() == Sample.Outcome.SUCCESS)
        .sorted(Comparator.comparingDouble(Sample::millis).reversed())
        .limit(SLOWEST)
        .map(sample ->
            new Slow(
                sample.request(),
                sample.millis(),
                traces.map(known -> known.idOf(sample.traceId())).orElse(sample.traceId()),
                traces.map(known -> known.longest(sample.traceId())).orElse("")))
        .toList();
  }

  /** Returns the name, and the number of the attempt if there was more than one. */
  public String title() {
    return attempt > 1 || repeated ? name + ", attempt " + attempt : name;
  }

  /** Returns the checks of what was measured, without those that say whether it is valid. */
  List<Check> bars() {
    return checks.stream().filter(check -> check.kind().verdict() != Verdict.INVALID).toList();
  }

  long barsKept() {
    return bars().stream().filter(Check::ok).count();
  }

  public Result withGatling(String directory) {
    return with(attempt, repeated, directory);
  }

  public Result asAttempt(int number) {
    return with(number, repeated, gatling);
  }

  public Result asRepeated() {
    return with(attempt, true, gatling);
  }

  private Result with(int number, boolean again, String directory) {
    return new Result(
        name,
        number,
        again,
        verdict,
        seconds,
        loginsPerSecond,
        requests,
        checks,
        figures,
        usage,
        slowest,
        directory);
  }
}
