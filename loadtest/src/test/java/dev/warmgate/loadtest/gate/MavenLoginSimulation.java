package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.gate.simulation.LoginSimulation;
import java.io.IOException;

/** The simulation that Maven runs alone: Gatling's own assertions judge it, and it reports. */
public final class MavenLoginSimulation extends LoginSimulation {
  private final GateRun run;

  public MavenLoginSimulation() throws IOException, InterruptedException {
    GateRun opened = GateRun.open(System.getProperties(), System.out);
    opened.prepare(Scenario.LOGIN);
    super();
    run = opened;
  }

  @Override
  public void after() {
    super.after();
    run.report();
    run.close();
  }
}
