package dev.warmgate.loadtest.gate;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.roundRobinSwitch;

import dev.warmgate.loadtest.StackDatabase;
import dev.warmgate.loadtest.benchmark.Connection;
import io.gatling.javaapi.core.ChainBuilder;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/**
 * An attacker sends expensive input, keeps opening sessions of an account that already has very
 * many, and reads their list slowly, while the account's owner keeps ending all sessions. Other
 * users must not be affected.
 */
public final class HostileSimulation extends GateSimulation {
  private static final int SESSIONS = 100_000;
  private static final int READERS = 40;
  private static final double HOSTILE_PER_SECOND = 20;
  private static final double FLOOD_PER_SECOND = 3;
  private static final double OWNERS_PER_SECOND = 1;

  private final double light = whole(LoadProfile.LIGHT_SHARE * gate.capacity().visitsPerSecond());
  private final Map<String, Object> victim = gate.accounts().registerOne();
  private SlowReaders readers;

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
            monitor(Duration.ZERO, length()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "verify", "ping", "middleware-status"));
  }

  private ChainBuilder anyInput() {
    return roundRobinSwitch().on(HostileInput.all().stream().map(api::hostile).toList());
  }

  private ChainBuilder asVictim() {
    return exec(session -> session.setAll(victim));
  }

  @Override
  protected double loginsPerSecond() {
    return light;
  }

  @Override
  protected Duration length() {
    return profile.hostile();
  }

  @Override
  protected boolean staysBelowTheCap() {
    return false;
  }

  @Override
  public void before() {
    int port = gate.target().stack().orElseThrow().address().port();
    try (Connection connection = new Connection(port)) {
      String credentials = Accounts.json(victim);
      Connection.Answer login = connection.send(Connection.post("/api/v1/auth/login", credentials));
      StackDatabase.change(
          gate.target().directory(),
          "INSERT INTO session (id, account_id, secret_hash, idle_expires_at, expires_at)"
              + " SELECT gen_random_uuid(), account_id, '', expires_at, expires_at"
              + " FROM session CROSS JOIN generate_series(1, "
              + SESSIONS
              + ") WHERE id = '"
              + login.field("session_id")
              + "'");
      readers =
          new SlowReaders(
              READERS,
              port,
              Connection.get("/api/v1/auth/sessions?limit=200", login.field("access_token")));
    } catch (IOException | SQLException e) {
      throw new Invalid("cannot create the victim's account: " + e.getMessage(), e);
    }
    super.before();
  }

  @Override
  public void after() {
    readers.close();
    super.after();
  }
}
