package dev.warmgate.loadtest.gate.simulation;

import dev.warmgate.loadtest.gate.measure.Capacity;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.load.Accounts;
import java.util.Map;
import java.util.Optional;

/**
 * What a simulation needs to know, decided before Gatling creates it: services run and the capacity
 * is measured.
 *
 * @param name of the simulation
 * @param rate logins per second
 * @param capacity as measured for this simulation, if it was
 * @param victim the account that an attacker uses, in {@link HostileSimulation} only
 * @param stage told of the beginning and the end of the load
 */
public record Plan(
    String name,
    LoadProfile profile,
    Thresholds thresholds,
    Service service,
    double rate,
    Optional<Capacity> capacity,
    Accounts accounts,
    Map<String, Object> victim,
    Stage stage) {
  private static Plan next;

  /**
   * Where the load goes.
   *
   * @param headers of every request
   * @param key for the service's own figures, "" if there is none
   * @param performanceStatus the status of a request for these figures with the key, 0 without one
   * @param own whether the gate runs the service itself and sees its process
   */
  public record Service(
      String url, Map<String, String> headers, String key, int performanceStatus, boolean own) {}

  /** Gets to know when the load begins and ends. */
  public interface Stage {
    void begin(GateSimulation simulation);

    void end(GateSimulation simulation);
  }

  /** Hands the plan over to the next simulation, which Gatling creates without arguments. */
  public static synchronized void handOver(Plan plan) {
    next = plan;
  }

  /** Returns the plan that was handed over, once. */
  static synchronized Plan take() {
    Plan taken = next;
    next = null;
    if (taken == null) {
      throw new IllegalStateException("no plan was handed over to this simulation");
    }
    return taken;
  }
}
