package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import dev.warmgate.loadtest.gate.measure.Measurements;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.load.Arrival;
import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The base of all simulations: describes the users, what is checked, and Gatling's own assertions.
 * Creating one starts nothing: its {@link Plan} has been decided before.
 */
public abstract class GateSimulation extends Simulation {
  protected final Plan plan = Plan.take();
  protected final LoadProfile profile = plan.profile();
  protected final Thresholds thresholds = plan.thresholds();
  protected final Measurements measurements = new Measurements();
  protected final AuthApi api = AuthApi.measured(measurements);

  /** Returns the logins per second of the measurement. */
  public double loginsPerSecond() {
    return plan.rate();
  }

  /** Returns the length of the simulation without its drain. */
  public abstract Duration length();

  /** Adds the checks of this simulation. */
  public void judge(Judge judge) {
    judge.requests();
  }

  /** Whether the traces of the service are checked as well. */
  public boolean isTraced() {
    return false;
  }

  /** Whether the service must stay the same process from beginning to end. */
  public boolean isServedThroughout() {
    return true;
  }

  /** Whether every account must stay below its limit of sessions. */
  public boolean staysBelowTheCap() {
    return true;
  }

  protected final HttpProtocolBuilder protocol() {
    return http.baseUrl(plan.service().url())
        .acceptHeader("application/json")
        .headers(plan.service().headers())
        .disableWarmUp();
  }

  /** Injects users with registered accounts at a constant rate after a delay. */
  protected final PopulationBuilder people(
      String name, double perSecond, Duration after, Duration time, ChainBuilder... steps) {
    double seconds = time.toMillis() / 1000.0;
    // Gatling injects whole users per second: only a whole rate is constant.
    double rate = LoadProfile.whole(perSecond);
    Arrival.Stream stream = measurements.stream(rate, seconds);
    return scenario(name)
        .exec(session -> measurements.arrive(stream, session))
        .feed(plan.accounts().inTurn())
        .exec(List.of(steps))
        .injectOpen(nothingFor(after), constantUsersPerSec(rate).during(time));
  }

  /** Injects users who have no account yet. */
  protected final PopulationBuilder newcomers(
      String name, double perSecond, Duration time, ChainBuilder... steps) {
    return scenario(name)
        .feed(plan.accounts().strangers())
        .exec(List.of(steps))
        .injectOpen(constantUsersPerSec(perSecond).during(time));
  }

  /** Injects the requests of a monitor. */
  protected final PopulationBuilder monitor(Duration after, Duration time) {
    return people(
        "monitor", LoadProfile.PROBES_PER_SECOND, after, time, api.ping(), api.middlewareStatus());
  }

  /** Injects a silent warm-up, then users at a constant rate and a monitor. */
  protected final PopulationBuilder steady(double rate, Duration time, ChainBuilder... steps) {
    return warmUp(rate)
        .andThen(people("people", rate, Duration.ZERO, time, steps), monitor(Duration.ZERO, time));
  }

  /** Sends a little of each request before the measurement. */
  protected final PopulationBuilder warmUp(double perSecond) {
    AuthApi warming = AuthApi.silent();
    return scenario("warm-up, silent")
        .feed(plan.accounts().inTurn())
        .exec(
            warming.login(),
            warming.verify(),
            warming.refresh(),
            warming.ping(),
            warming.middlewareStatus(),
            warming.logout())
        .injectOpen(constantUsersPerSec(perSecond).during(profile.warmUp()));
  }

  /** Returns Gatling's own assertions, so that a simulation can fail a build without the gate. */
  protected final List<Assertion> assertions(String... requests) {
    List<Assertion> assertions = new ArrayList<>();
    assertions.add(global().failedRequests().count().lte((long) thresholds.of("failures")));
    for (String request : requests) {
      assertions.add(p95(request));
    }
    return assertions;
  }

  protected final Assertion p95(String request) {
    return details(request).responseTime().percentile(95.0).lte((int) thresholds.p95(request));
  }

  public final String name() {
    return plan.name();
  }

  public final Measurements measurements() {
    return measurements;
  }

  @Override
  public void before() {
    plan.stage().begin(this);
  }

  @Override
  public void after() {
    plan.stage().end(this);
  }
}
