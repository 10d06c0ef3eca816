package dev.warmgate.loadtest.gate.scene;

import dev.warmgate.loadtest.fault.FaultProxy;
import dev.warmgate.loadtest.gate.measure.Measurements;
import dev.warmgate.loadtest.gate.measure.UsageSampler;
import dev.warmgate.loadtest.gate.simulation.Judge;
import dev.warmgate.loadtest.gate.simulation.LoadProfile;
import dev.warmgate.loadtest.gate.simulation.SlowDatabaseSimulation;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.Stack;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * A second service of the stack, without the agent, behind fault proxies to PostgreSQL and Redis.
 * The fault begins {@link LoadProfile#BEFORE_A_FAULT} after the first measured user.
 */
public final class FaultScene extends Scene {
  private final FaultProxy database;
  private final FaultProxy redis;
  private final ServiceProcess service;
  private final Fault fault;
  private final Incident incident = new Incident("the fault was not injected");

  /** Injects a fault and heals it. */
  private interface Fault {
    void on(FaultProxy database, FaultProxy redis) throws IOException, InterruptedException;
  }

  private FaultScene(Target target, Fault fault) throws IOException, InterruptedException {
    super(target);
    this.fault = fault;
    Stack stack = target.ownStack("cut off from its dependencies");
    database = FaultProxy.to(stack.postgres().port());
    redis = FaultProxy.to(stack.redis().port());
    service =
        stack
            .replica()
            .databaseAt(database.port())
            .redisAt(redis.port())
            .with(Map.of("RATE_LIMITS", "off"))
            .startReady();
  }

  public static FaultScene redisOutage(Target target, Duration length)
      throws IOException, InterruptedException {
    return new FaultScene(
        target,
        (_, redis) -> {
          redis.cut();
          Thread.sleep(length);
          redis.heal();
        });
  }

  public static FaultScene databaseOutage(Target target, Duration length)
      throws IOException, InterruptedException {
    return new FaultScene(
        target,
        (database, _) -> {
          database.cut();
          Thread.sleep(length);
          database.heal();
        });
  }

  /**
   * @param length of each round-trip time
   */
  public static FaultScene slowDatabase(Target target, Duration length)
      throws IOException, InterruptedException {
    return new FaultScene(
        target,
        (database, _) -> {
          for (int millis : SlowDatabaseSimulation.ROUND_TRIPS) {
            database.delay(Duration.ofMillis(millis).dividedBy(2));
            Thread.sleep(length);
          }
          database.heal();
        });
  }

  @Override
  public String url() {
    return service.baseUrl();
  }

  @Override
  public UsageSampler sampler() {
    return new UsageSampler(service.pid(), "");
  }

  @Override
  public void begin(Measurements measurements) {
    incident.start(() -> {
      Incident.await(measurements::hasBegun);
      Thread.sleep(LoadProfile.BEFORE_A_FAULT);
      fault.on(database, redis);
    });
  }

  @Override
  public void judge(Judge judge) {
    judge.add(Check.that(Check.Kind.TARGET, "fault", incident.happened(), incident.failure()));
  }

  @Override
  public void close() throws IOException {
    service.close();
    database.close();
    redis.close();
  }
}
