package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.warmgate.loadtest.gate.verdict.Check;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One user calls every endpoint, and the fields of every answer are checked. */
public final class SmokeSimulation extends GateSimulation {
  private static final Duration LENGTH = Duration.ofSeconds(5);
  private final List<String> wrong = new ArrayList<>();
  private final SmokeSteps steps = new SmokeSteps(api, plan.service(), wrong);

  {
    setUp(
            scenario("one user")
                .feed(plan.accounts().strangers())
                .exec(steps.all())
                .injectOpen(atOnceUsers(1)))
        .protocols(protocol())
        .maxDuration(LENGTH.plus(LoadProfile.DRAIN))
        .assertions(
            global().failedRequests().count().is(0L),
            details("register").responseTime().max().lte((int) thresholds.p95("login")));
  }

  @Override
  public Duration length() {
    return LENGTH;
  }

  @Override
  public void judge(Judge judge) {
    judge.answers(true);
    int count = measurements.samples().size();
    judge.add(
        Check.that(
            Check.Kind.ANSWERS,
            "answers",
            wrong.isEmpty() && count == steps.count(),
            wrong.isEmpty()
                ? count + " of " + steps.count() + " requests"
                : String.join("; ", wrong)));
  }
}
