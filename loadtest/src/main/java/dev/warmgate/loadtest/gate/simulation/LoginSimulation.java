package dev.warmgate.loadtest.gate.simulation;

import java.time.Duration;

/**
 * Users log in, use their session and log out while a monitor pings, at 60 % of the capacity
 * measured just before; with {@code --api supabase}, in Supabase's form of the API. Maven runs this
 * simulation by default.
 */
@SuppressWarnings("this-escape") // Gatling expects the call of setUp in the constructor.
public class LoginSimulation extends GateSimulation {
  private final double rate = plan.rate();
  private final AuthApi users = profile.supabase() ? api.inSupabaseForm() : api;

  {
    setUp(
            steady(
                rate,
                profile.measured(),
                users.login(),
                users.verify(),
                users.refresh(),
                users.verify(),
                users.onTheFullLane(),
                users.logout(),
                users.refused()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "verify", "ping", "middleware-status"));
  }

  @Override
  public Duration length() {
    return profile.warmUp().plus(profile.measured());
  }

  @Override
  public boolean isTraced() {
    return true;
  }

  @Override
  public void judge(Judge judge) {
    judge.requests();
    plan.capacity()
        .ifPresent(capacity -> {
          judge.figure("capacity, logins/s", capacity.loginsPerSecond());
          judge.figure("capacity, visits/s", capacity.visitsPerSecond());
          judge.figure("capacity, % of the machine's own hashes/s", capacity.percentOfHashes());
          judge.figure("reference, hashes/s", capacity.hashesPerSecond());
          judge
              .rows("login")
              .ifPresent(
                  row -> judge.figure("login p95, hashes", row.p95() / capacity.hashMillis()));
        });
  }
}
