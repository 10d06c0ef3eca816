package dev.warmgate.loadtest.gate.scene;

import dev.warmgate.loadtest.gate.measure.RequestRow;
import dev.warmgate.loadtest.gate.simulation.Judge;
import dev.warmgate.loadtest.gate.verdict.Check;
import java.util.OptionalLong;

/**
 * Counts the new connections to PostgreSQL during a load: a connection per request fails here even
 * if it is fast.
 */
public final class LoginScene extends Scene {
  private OptionalLong before = OptionalLong.empty();

  public LoginScene(Target target) {
    super(target);
  }

  @Override
  public void prepare(Judge judge) {
    before = target.databaseConnections();
  }

  @Override
  public void judge(Judge judge) {
    double logins = judge.rows("login").map(RequestRow::all).orElse(0L);
    if (before.isPresent() && logins > 0) {
      // The query itself uses one of them.
      long opened = target.databaseConnections().orElseThrow() - before.getAsLong() - 1;
      judge.add(
          judge
              .atMost(
                  Check.Kind.ANSWERS, "login.connections", 100 * opened / logins, "% of the logins")
              .because(opened + " connections opened to PostgreSQL"));
    }
  }
}
