package dev.warmgate.loadtest.gate.scene;

import dev.warmgate.loadtest.fault.Kill;
import dev.warmgate.loadtest.gate.measure.Measurements;
import dev.warmgate.loadtest.gate.measure.Sample;
import dev.warmgate.loadtest.gate.simulation.Judge;
import dev.warmgate.loadtest.gate.simulation.LoadProfile;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.stack.Balancer;
import dev.warmgate.loadtest.stack.ServiceBuilder;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.Stack;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Two replicas behind a balancer, one of which is stopped, restarted and then killed. */
public final class RestartScene extends Scene {
  private static final Duration NOTICED = Duration.ofSeconds(2);

  private final ServiceBuilder replica;
  private final Balancer balancer;
  private final Incident incident = new Incident("no replica was stopped");
  private volatile ServiceProcess second;
  private volatile long killed = Long.MAX_VALUE;

  public RestartScene(Target target) throws IOException, InterruptedException {
    super(target);
    Stack stack = target.ownStack("restarted");
    replica = stack.replica().with(Map.of("RATE_LIMITS", "off"));
    second = replica.startReady();
    balancer = new Balancer(List.of(stack.address().port(), second.port()));
  }

  @Override
  public String url() {
    return balancer.baseUrl();
  }

  @Override
  public void begin(Measurements measurements) {
    incident.start(() -> {
      awaitHealthy();
      Incident.await(measurements::hasBegun);
      Thread.sleep(LoadProfile.BEFORE_A_FAULT);
      second.close();
      second = replica.port(second.port()).startReady();
      awaitHealthy();
      killed = System.nanoTime();
      Kill.service(second);
    });
  }

  private void awaitHealthy() throws InterruptedException {
    Incident.await(() -> balancer.healthy().size() == 2);
    // Gives both replicas time to receive load before the next event.
    Thread.sleep(NOTICED);
  }

  @Override
  public void judge(Judge judge) {
    judge.add(Check.that(Check.Kind.TARGET, "fault", incident.happened(), incident.failure()));
    double lost = 0;
    double excused = 0;
    for (Sample sample : judge.measurements().samples()) {
      boolean failed =
          sample.outcome() == Sample.Outcome.FAILED
              || sample.outcome() == Sample.Outcome.UNAVAILABLE;
      boolean aroundTheKill =
          sample.endNanos() >= killed && sample.startNanos() < killed + NOTICED.toNanos();
      lost += failed && !aroundTheKill ? 1 : 0;
      excused += failed && aroundTheKill ? 1 : 0;
    }
    judge.figure("requests on their way at the kill, lost", excused);
    judge.add(
        judge.atMost(Check.Kind.ANSWERS, "failures", lost, "requests not in flight at the kill"));
  }

  @Override
  public void close() throws IOException {
    balancer.close();
    second.close();
  }
}
