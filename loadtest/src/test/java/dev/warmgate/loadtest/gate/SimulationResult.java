package dev.warmgate.loadtest.gate;

import java.util.List;
import java.util.Map;

/**
 * Everything about one simulation that a report or a later comparison needs.
 *
 * @param figures what has no limit or is not a request, by name
 * @param slowest requests, each with the id of its trace
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
   * @param detail where its time went, as far as its trace is at hand
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
