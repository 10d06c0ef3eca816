package dev.warmgate.loadtest.gate.scene;

import dev.warmgate.loadtest.gate.measure.Measurements;
import dev.warmgate.loadtest.gate.measure.UsageSampler;
import dev.warmgate.loadtest.gate.simulation.Judge;
import java.io.IOException;
import java.util.Map;

/**
 * What happens to the service around a load: nothing here, restarts and faults in others. What the
 * load needs runs from the constructor to {@link #close}.
 */
public class Scene implements AutoCloseable {
  protected final Target target;

  public Scene(Target target) {
    this.target = target;
  }

  /** Returns where the load goes. */
  public String url() {
    return target.baseUrl();
  }

  public UsageSampler sampler() {
    return target.sampler();
  }

  /** Returns the account that an attacker uses, if there is one. */
  public Map<String, Object> victim() {
    return Map.of();
  }

  /** Called before the load and before it is observed. */
  public void prepare(Judge judge) throws IOException, InterruptedException {}

  /** Called when the load begins; returns at once. */
  public void begin(Measurements measurements) throws IOException, InterruptedException {}

  /** Called when the load has ended, before the service is looked at. */
  public void end() {}

  /** Adds the checks and figures that only the scene can give. */
  public void judge(Judge judge) throws IOException, InterruptedException {}

  @Override
  public void close() throws IOException {}
}
