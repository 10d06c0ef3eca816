package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.gate.scene.ColdStartScene;
import dev.warmgate.loadtest.gate.scene.FaultScene;
import dev.warmgate.loadtest.gate.scene.HostileScene;
import dev.warmgate.loadtest.gate.scene.LoginScene;
import dev.warmgate.loadtest.gate.scene.MailOutageScene;
import dev.warmgate.loadtest.gate.scene.RestartScene;
import dev.warmgate.loadtest.gate.scene.Scene;
import dev.warmgate.loadtest.gate.scene.Target;
import dev.warmgate.loadtest.gate.simulation.ColdStartSimulation;
import dev.warmgate.loadtest.gate.simulation.DatabaseOutageSimulation;
import dev.warmgate.loadtest.gate.simulation.GateSimulation;
import dev.warmgate.loadtest.gate.simulation.HostileSimulation;
import dev.warmgate.loadtest.gate.simulation.LoadProfile;
import dev.warmgate.loadtest.gate.simulation.LoginSimulation;
import dev.warmgate.loadtest.gate.simulation.MailOutageSimulation;
import dev.warmgate.loadtest.gate.simulation.MixedSimulation;
import dev.warmgate.loadtest.gate.simulation.OverloadSimulation;
import dev.warmgate.loadtest.gate.simulation.RedisOutageSimulation;
import dev.warmgate.loadtest.gate.simulation.RestartSimulation;
import dev.warmgate.loadtest.gate.simulation.SlowDatabaseSimulation;
import dev.warmgate.loadtest.gate.simulation.SmokeSimulation;
import dev.warmgate.loadtest.gate.simulation.SoakSimulation;
import dev.warmgate.loadtest.gate.simulation.SpikeSimulation;
import dev.warmgate.loadtest.load.Accounts;
import java.io.IOException;
import java.util.Locale;

/**
 * The simulations, in the order in which they run, each with what must be known and started before
 * it.
 */
public enum Scenario {
  SMOKE(SmokeSimulation.class, Need.NOTHING, 0, true),
  COLD_START(ColdStartSimulation.class, Need.KNOWN, LoadProfile.LIGHT_SHARE, false),
  LOGIN(LoginSimulation.class, Need.MEASURED_ANEW_WITHOUT_A_RATE, LoadProfile.USUAL_SHARE, true),
  MIXED(MixedSimulation.class, Need.KNOWN, MixedSimulation.SHARE, true),
  OVERLOAD(OverloadSimulation.class, Need.MEASURED_ANEW, LoadProfile.LIGHT_SHARE, false),
  SPIKE(SpikeSimulation.class, Need.MEASURED_ANEW_WITHOUT_A_RATE, 1, true),
  HOSTILE(HostileSimulation.class, Need.MEASURED_ANEW, LoadProfile.LIGHT_SHARE, false),
  REDIS_OUTAGE(RedisOutageSimulation.class, Need.KNOWN, LoadProfile.LIGHT_SHARE, false),
  DATABASE_OUTAGE(DatabaseOutageSimulation.class, Need.KNOWN, LoadProfile.LIGHT_SHARE, false),
  SLOW_DATABASE(SlowDatabaseSimulation.class, Need.KNOWN, LoadProfile.LIGHT_SHARE, false),
  MAIL_OUTAGE(MailOutageSimulation.class, Need.KNOWN, LoadProfile.LIGHT_SHARE, false),
  RESTART(RestartSimulation.class, Need.KNOWN, LoadProfile.LIGHT_SHARE, false),
  SOAK(SoakSimulation.class, Need.KNOWN, LoadProfile.LIGHT_SHARE, true);

  private final Class<? extends GateSimulation> simulation;
  private final Need need;
  private final double share;
  private final boolean onlySendsRequests;

  /** What a simulation must know of the service's capacity. */
  enum Need {
    NOTHING,
    /** Only to derive a rate that is not given; an earlier measurement will do. */
    KNOWN,
    /** Measured just before, unless a rate is given. */
    MEASURED_ANEW_WITHOUT_A_RATE,
    MEASURED_ANEW
  }

  Scenario(
      Class<? extends GateSimulation> simulation,
      Need need,
      double share,
      boolean onlySendsRequests) {
    this.simulation = simulation;
    this.need = need;
    this.share = share;
    this.onlySendsRequests = onlySendsRequests;
  }

  /** Returns the name that users type, as in {@code ColdStart}. */
  public String title() {
    return simulation.getSimpleName().replace("Simulation", "");
  }

  /** Returns the class that Gatling creates. */
  String simulation() {
    return simulation.getName();
  }

  Need need() {
    return need;
  }

  /** Returns the share of the capacity that arrives without a given rate. */
  double share() {
    return share;
  }

  /** Whether it is safe for a service given by --url. */
  boolean onlySendsRequests() {
    return onlySendsRequests;
  }

  /** Starts what the simulation needs besides the service; the caller closes it. */
  Scene open(Target target, Accounts accounts, LoadProfile profile)
      throws IOException, InterruptedException {
    return switch (this) {
      case SMOKE, MIXED, OVERLOAD, SPIKE, SOAK -> new Scene(target);
      case LOGIN -> new LoginScene(target);
      case COLD_START -> new ColdStartScene(target, accounts, profile.idle());
      case HOSTILE -> new HostileScene(target, accounts);
      case REDIS_OUTAGE -> FaultScene.redisOutage(target, profile.outage());
      case DATABASE_OUTAGE -> FaultScene.databaseOutage(target, profile.outage());
      case SLOW_DATABASE -> FaultScene.slowDatabase(target, profile.outage());
      case MAIL_OUTAGE -> new MailOutageScene(target, profile.outage());
      case RESTART -> new RestartScene(target);
    };
  }

  /** Returns the prefix of the directory of Gatling's own report. */
  String reportPrefix() {
    return simulation.getSimpleName().toLowerCase(Locale.ROOT) + "-";
  }
}
