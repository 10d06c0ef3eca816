package dev.warmgate.loadtest.gate;

import java.util.List;
import java.util.Map;

/**
 * The results of one simulation, as reports and later comparisons need them.
 *
 * @param figures other figures, by name
 * @param slowest the slowest requests, each with its trace id
 * @param gatling the directory of Gatling's own report, empty if unknown
 */
public record SimulationResult(
    String name,
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

  SimulationResult withGatling(String directory) {
    return new SimulationResult(
        name,
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
