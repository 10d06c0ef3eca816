package dev.warmgate.loadtest.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The report of a whole run of the gate; {@code report.json} has the same fields. */
public record GateReport(
    Verdict verdict,
    Environment environment,
    Map<String, Integer> thresholds,
    List<SimulationResult> simulations) {
  static GateReport of(
      Environment environment, Thresholds thresholds, List<SimulationResult> simulations) {
    List<Check> all = new ArrayList<>();
    simulations.forEach(simulation -> all.addAll(simulation.checks()));
    Verdict verdict = simulations.isEmpty() ? Verdict.INVALID : Verdict.of(all);
    return new GateReport(
        verdict, environment, new TreeMap<>(thresholds.all()), List.copyOf(simulations));
  }

  /** Returns a line for each failed check; empty if all passed. */
  public List<String> reasons() {
    return simulations.stream()
        .flatMap(simulation ->
            simulation.checks().stream()
                .filter(check -> !check.ok())
                .map(check -> simulation.name() + ": " + check.line()))
        .toList();
  }
}
