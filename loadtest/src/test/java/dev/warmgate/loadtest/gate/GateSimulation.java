package dev.warmgate.loadtest.gate;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The base of all simulations: injects users and judges the results afterwards. The service runs
 * before a simulation is created, because the load depends on its capacity.
 */
abstract class GateSimulation extends Simulation {
  protected final GateRun gate = GateRun.current();
  protected final LoadProfile profile = gate.profile();
  protected final Thresholds thresholds = gate.thresholds();
  protected final Measurements measurements = new Measurements();
  protected final AuthApi api = AuthApi.measured(measurements);
  protected final Map<String, Double> figures = new TreeMap<>();

  private Observation observation;
  private long began;
  private long pid;
  private String run = "";

  /** Returns the logins per second of the measurement. */
  protected abstract double loginsPerSecond();

  /** Returns the length of the simulation without its drain. */
  protected abstract Duration length();

  /** Adds the checks of this simulation. */
  protected void judge(Judge judge) {
    judge.requests();
  }

  /** Whether the traces of the service are checked as well. */
  protected boolean isTraced() {
    return false;
  }

  /** Whether the service must stay the same process from beginning to end. */
  protected boolean isServedThroughout() {
    return true;
  }

  /** Whether every account must stay below its limit of sessions. */
  protected boolean staysBelowTheCap() {
    return true;
  }

  protected UsageSampler sampler() {
    return gate.target().sampler();
  }

  protected String url() {
    return gate.target().baseUrl();
  }

  protected final HttpProtocolBuilder protocol() {
    return http.baseUrl(url())
        .acceptHeader("application/json")
        .headers(gate.target().deployment().headers())
        .disableWarmUp();
  }

  /** Injects users with registered accounts at a constant rate after a delay. */
  protected final PopulationBuilder people(
      String name, double perSecond, Duration after, Duration time, ChainBuilder... steps) {
    double seconds = time.toMillis() / 1000.0;
    // Gatling injects whole users per second: only a whole rate is constant.
    double rate = whole(perSecond);
    Arrival.Stream stream = measurements.stream(rate, seconds);
    return scenario(name)
        .exec(session -> measurements.arrive(stream, session))
        .feed(gate.accounts().inTurn())
        .exec(List.of(steps))
        .injectOpen(nothingFor(after), constantUsersPerSec(rate).during(time));
  }

  protected static final double whole(double perSecond) {
    return Math.max(1, Math.rint(perSecond));
  }

  /** Injects users who have no account yet. */
  protected final PopulationBuilder newcomers(
      double perSecond, Duration time, ChainBuilder... steps) {
    return scenario("newcomers")
        .feed(gate.accounts().strangers())
        .exec(List.of(steps))
        .injectOpen(constantUsersPerSec(perSecond).during(time));
  }

  protected final List<Usage> usages() {
    return observation.usages();
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
        .feed(gate.accounts().inTurn())
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
    return details(request).responseTime().percentile(95.0).lte(thresholds.p95(request));
  }

  private String name() {
    return getClass().getSimpleName().replace("Simulation", "");
  }

  @Override
  public void before() {
    pid = gate.target().pid();
    run = name() + "-" + Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
    gate.target().announce(run, "begin");
    began = System.nanoTime();
    gate.progress().begin(name(), length());
    observation =
        new Observation(measurements, sampler(), gate.progress(), gate.target().directory());
  }

  private OptionalInt keptConnections() {
    try (UsageSampler idle = sampler()) {
      return idle.keptConnections();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Invalid("interrupted", e);
    }
  }

  @Override
  public void after() {
    double seconds = (System.nanoTime() - began) / 1e9;
    observation.close();
    gate.target().announce(run, "end");
    Judge judge = new Judge(measurements, thresholds);
    if (isServedThroughout() && gate.target().stack().isPresent()) {
      boolean same = gate.target().pid() == pid && gate.target().stack().get().isServing();
      judge.add(
          Check.that(
              Check.Kind.TARGET, "service", same, same ? "" : "the service's process ended"));
      keptConnections().ifPresent(judge::connections);
    }
    if (staysBelowTheCap()) {
      gate.target().sessionsBeyondTheCap().ifPresent(judge::sessionsBeyondTheCap);
    }
    judge.validity(observation, gate.target().stack().isPresent());
    judge(judge);
    Optional<Traces> traces =
        gate.target().hasTraces()
            ? gate.target().stack().map(stack -> Traces.of(stack.spans()))
            : Optional.empty();
    if (isTraced()) {
      traces.ifPresent(known -> judge.addAll(known.checks(thresholds)));
    }
    gate.add(
        new SimulationResult(
            getClass().getSimpleName(),
            Verdict.of(judge.checks()),
            seconds,
            loginsPerSecond(),
            List.copyOf(measurements.rows().values()),
            judge.checks(),
            Map.copyOf(figures),
            observation.usages(),
            judge.slowest(traces),
            ""));
  }
}
