package dev.warmgate.loadtest.gate.scene;

import dev.warmgate.loadtest.gate.measure.Measurements;
import dev.warmgate.loadtest.gate.measure.Probe;
import dev.warmgate.loadtest.gate.simulation.Judge;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.load.Accounts;
import dev.warmgate.loadtest.stack.Stack;
import java.io.IOException;
import java.time.Duration;

/** Restarts the service before the load, and times single requests before and after it. */
public final class ColdStartScene extends Scene {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private final Stack stack;
  private final Probe probe;
  private final Duration idle;

  /**
   * @param idle the time without requests before the last ones
   */
  public ColdStartScene(Target target, Accounts accounts, Duration idle) {
    super(target);
    this.stack = target.ownStack("restarted");
    this.probe = new Probe(accounts);
    this.idle = idle;
  }

  @Override
  public void prepare(Judge judge) throws IOException, InterruptedException {
    stack.restartService();
    long ready = Probe.awaitReady(stack.address().port(), READY_LIMIT);
    judge.figure("ready after, ms", (double) ready);
  }

  @Override
  public void begin(Measurements measurements) throws IOException {
    probe.once(stack.address().port(), "cold");
  }

  @Override
  public void judge(Judge judge) throws IOException, InterruptedException {
    Thread.sleep(idle);
    probe.once(stack.address().port(), "idle");
    probe
        .millis()
        .forEach((what, millis) -> {
          judge.figure(what.replace(".", ", first ") + ", ms", millis);
          judge.add(judge.atMost(Check.Kind.LIMIT, what, millis, "ms"));
        });
  }
}
