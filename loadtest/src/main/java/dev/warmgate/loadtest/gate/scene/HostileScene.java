package dev.warmgate.loadtest.gate.scene;

import dev.warmgate.loadtest.gate.simulation.Judge;
import dev.warmgate.loadtest.gate.verdict.Invalid;
import dev.warmgate.loadtest.load.Accounts;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.SlowReaders;
import dev.warmgate.loadtest.load.StalledSenders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;

/**
 * Gives one account very many sessions, lets clients read their list slowly, and lets others begin
 * bodies that do not end.
 */
public final class HostileScene extends Scene {
  private static final int SESSIONS = 100_000;
  private static final int READERS = 40;
  private static final int SENDERS = 1_000;

  /** Announces a longer body than it has. */
  private static final byte[] UNFINISHED =
      ("POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
              + "Content-Length: 60000\r\n\r\n{\"email\": \"")
          .getBytes(StandardCharsets.US_ASCII);

  private final Map<String, Object> victim;
  private SlowReaders readers;
  private StalledSenders senders;

  public HostileScene(Target target, Accounts accounts) throws IOException, InterruptedException {
    super(target);
    this.victim = accounts.registerOne();
  }

  @Override
  public Map<String, Object> victim() {
    return victim;
  }

  @Override
  public void prepare(Judge judge) throws IOException {
    int port = target.ownStack("attacked").address().port();
    try (HttpConnection connection = new HttpConnection(port)) {
      HttpConnection.Answer login =
          connection.send(HttpConnection.post("/api/v1/auth/login", Accounts.json(victim)));
      target
          .ownStack("attacked")
          .database()
          .change(
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
              HttpConnection.get("/api/v1/auth/sessions?limit=200", login.field("access_token")));
      senders = new StalledSenders(SENDERS, port, UNFINISHED);
    } catch (SQLException e) {
      throw new Invalid("cannot create the victim's sessions: " + e.getMessage(), e);
    }
  }

  @Override
  public void end() {
    close();
  }

  @Override
  public void close() {
    if (readers != null) {
      readers.close();
    }
    if (senders != null) {
      senders.close();
    }
  }
}
