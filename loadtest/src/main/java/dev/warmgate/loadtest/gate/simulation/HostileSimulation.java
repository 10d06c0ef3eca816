package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.roundRobinSwitch;

import io.gatling.javaapi.core.ChainBuilder;
import java.time.Duration;

/**
 * An attacker sends expensive input, keeps opening sessions of an account that already has very
 * many, reads their list slowly, and begins a thousand bodies without ending them, while the
 * account's owner keeps ending all sessions. Other users, and readiness, must not be affected.
 */
public final class HostileSimulation extends GateSimulation {
  private static final double HOSTILE_PER_SECOND = 20;
  private static final double FLOOD_PER_SECOND = 3;
  private static final double OWNERS_PER_SECOND = 1;

  private final double light = plan.rate();

  {
    setUp(
            people(
                "people",
                light,
                Duration.ZERO,
                length(),
                api.login(),
                api.verify(),
                api.refresh(),
                api.logout()),
            people("hostile", HOSTILE_PER_SECOND, Duration.ZERO, length(), anyInput()),
            people("flood", FLOOD_PER_SECOND, Duration.ZERO, length(), asVictim(), api.login()),
            people(
                "owner",
                OWNERS_PER_SECOND,
                Duration.ZERO,
                length(),
                asVictim(),
                api.login(),
                api.logoutEverywhere(),
                api.refused()),
            people(
                "readiness", LoadProfile.PROBES_PER_SECOND, Duration.ZERO, length(), api.ready()),
            monitor(Duration.ZERO, length()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "verify", "ping", "ready", "middleware-status"));
  }

  private ChainBuilder anyInput() {
    return roundRobinSwitch().on(HostileInput.all().stream().map(api::hostile).toList());
  }

  private ChainBuilder asVictim() {
    return exec(session -> session.setAll(plan.victim()));
  }

  @Override
  public Duration length() {
    return profile.hostile();
  }

  @Override
  public boolean staysBelowTheCap() {
    return false;
  }
}
