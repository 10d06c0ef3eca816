package dev.warmgate.loadtest.gate.report;

import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The report of a whole run of the gate or the benchmarks; {@code report.json} has the same fields.
 *
 * @param simulations all attempts, in their order
 */
public record Report(
    Verdict verdict,
    RunEnvironment environment,
    Map<String, Double> thresholds,
    List<Result> simulations) {
  public static Report of(
      RunEnvironment environment, Thresholds thresholds, List<Result> simulations) {
    List<Check> all = new ArrayList<>();
    simulations.stream()
        .filter(simulation -> !simulation.repeated())
        .forEach(simulation -> all.addAll(simulation.checks()));
    Verdict verdict = simulations.isEmpty() ? Verdict.INVALID : Verdict.of(all);
    return new Report(
        verdict, environment, new TreeMap<>(thresholds.all()), List.copyOf(simulations));
  }

  /** Returns the results that count: the last attempt of each simulation. */
  public List<Result> counted() {
    return simulations.stream().filter(simulation -> !simulation.repeated()).toList();
  }

  /** Returns a line for each failed check that counts; empty if all passed. */
  public List<String> reasons() {
    return counted().stream()
        .flatMap(simulation ->
            simulation.checks().stream()
                .filter(check -> !check.ok())
                .map(check -> simulation.name() + ": " + check.line()))
        .toList();
  }
}
