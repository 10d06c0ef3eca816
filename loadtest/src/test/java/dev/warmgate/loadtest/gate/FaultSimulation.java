package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.FaultProxy;
import dev.warmgate.loadtest.SecondService;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A load during which a fault occurs: a second service of the stack, without the agent, behind
 * fault proxies to PostgreSQL and Redis.
 */
abstract class FaultSimulation extends GateSimulation {
  protected static final Duration BEFORE = Duration.ofSeconds(8);
  protected static final Duration AFTER = Duration.ofSeconds(12);
  private static final int POLL_MILLIS = 20;

  protected final FaultProxy database;
  protected final FaultProxy redis;
  protected final double rate = whole(gate.rate(LoadProfile.LIGHT_SHARE));
  private final SecondService service;
  private final Thread fault = Thread.ofPlatform().daemon().name("fault").unstarted(this::runFault);
  private volatile String failure = "the fault was not injected";

  FaultSimulation() {
    Path stack =
        gate.target()
            .stack()
            .map(_ -> gate.target().directory())
            .orElseThrow(() ->
                new Invalid("a service given by --url is never cut off from its dependencies"));
    try {
      database = gate.own(FaultProxy.to(SecondService.databasePort(stack)));
      redis = gate.own(FaultProxy.to(SecondService.redisPort(stack)));
      service =
          gate.own(SecondService.behind(database, redis, stack, Map.of("RATE_LIMITS", "off")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Invalid("interrupted", e);
    }
  }

  /** Injects the fault and heals it; starts {@link #BEFORE} after the first measured user. */
  protected abstract void inject() throws IOException, InterruptedException;

  /** Returns how long the fault lasts. */
  protected abstract Duration faultLength();

  private void runFault() {
    try {
      while (!measurements.hasBegun()) {
        Thread.sleep(POLL_MILLIS);
      }
      Thread.sleep(BEFORE);
      inject();
      failure = "";
    } catch (IOException | RuntimeException e) {
      failure = e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  protected final Duration faultEnd() {
    return BEFORE.plus(faultLength());
  }

  /** Returns the length of the measurement. */
  protected final Duration measured() {
    return faultEnd().plus(AFTER);
  }

  /** Returns users who log in and stay for a while, and a monitor. */
  protected final PopulationBuilder load(AuthApi requests, ChainBuilder... stay) {
    ChainBuilder[] steps = new ChainBuilder[stay.length + 1];
    steps[0] = requests.login();
    System.arraycopy(stay, 0, steps, 1, stay.length);
    return warmUp(rate)
        .andThen(
            people("people", rate, Duration.ZERO, measured(), steps),
            people(
                "monitor",
                LoadProfile.PROBES_PER_SECOND,
                Duration.ZERO,
                measured(),
                requests.ping()));
  }

  @Override
  protected String url() {
    return "http://127.0.0.1:" + service.port();
  }

  @Override
  protected UsageSampler sampler() {
    return new UsageSampler(service.pid(), "");
  }

  @Override
  protected double loginsPerSecond() {
    return rate;
  }

  @Override
  protected Duration length() {
    return profile.warmUp().plus(measured());
  }

  @Override
  public void before() {
    super.before();
    fault.start();
  }

  @Override
  protected void judge(Judge judge) {
    judge.add(Check.that(Check.Kind.TARGET, "fault", failure.isEmpty(), failure));
    judge.rows("ping").ifPresent(judge::p95);
  }

  /** Checks how soon after the fault logins work as before. */
  protected final void judgeRecovery(Judge judge) {
    double seconds = new Recovery(measurements, BEFORE).seconds(faultEnd());
    figures.put("recovered after, s", seconds);
    judge.add(judge.atMost(Check.Kind.LIMIT, "recovery.seconds", seconds, "s"));
  }

  @Override
  public void after() {
    super.after();
    gate.disown(service, database, redis);
  }
}
