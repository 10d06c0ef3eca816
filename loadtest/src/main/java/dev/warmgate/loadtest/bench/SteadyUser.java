package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A user of a steady load, who logs in as one of the accounts, refreshes, and then logs out or just
 * leaves; every eighth session is one of a new account that changes its password and is deleted.
 */
final class SteadyUser {
  private static final String AUTH = "/api/v1/auth/";
  private static final int REQUESTS = 10;
  private static final int SESSIONS = 8;

  private int turn;
  private String accessToken = "";
  private String refreshToken = "";

  HttpConnection.Answer next(HttpConnection connection) throws IOException {
    int request = turn % REQUESTS;
    boolean passing = turn / REQUESTS % SESSIONS == SESSIONS - 1;
    turn++;
    HttpConnection.Answer answer = send(connection, request, passing);
    if (answer.status() >= 400) {
      // A new session, or all of its other requests would fail too.
      turn += REQUESTS - 1 - request;
    }
    return answer;
  }

  private HttpConnection.Answer send(HttpConnection connection, int request, boolean passing)
      throws IOException {
    return switch (request) {
      case 0 -> passing ? register(connection) : login(connection);
      case REQUESTS - 2 -> passing ? changePassword(connection) : refresh(connection);
      case REQUESTS - 1 -> passing ? delete(connection) : leave(connection);
      default -> refresh(connection);
    };
  }

  private HttpConnection.Answer login(HttpConnection connection) throws IOException {
    int account = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    return kept(connection.send(ServiceUnderTest.login(account)));
  }

  private HttpConnection.Answer register(HttpConnection connection) throws IOException {
    String credentials = Json.credentials(UUID.randomUUID() + "@example.com", password(0));
    return kept(connection.send(HttpConnection.post(AUTH + "register", credentials)));
  }

  private HttpConnection.Answer refresh(HttpConnection connection) throws IOException {
    return kept(connection.send(ServiceUnderTest.refresh(refreshToken)));
  }

  private HttpConnection.Answer changePassword(HttpConnection connection) throws IOException {
    String body = Json.of("current_password", password(0), "new_password", password(1));
    return kept(send(connection, "POST", "password", body));
  }

  private HttpConnection.Answer delete(HttpConnection connection) throws IOException {
    return send(connection, "DELETE", "me", Json.of("password", password(1)));
  }

  /** Half of the users log out. */
  private HttpConnection.Answer leave(HttpConnection connection) throws IOException {
    return ThreadLocalRandom.current().nextBoolean()
        ? send(connection, "POST", "logout", "")
        : connection.send(ServiceUnderTest.me(accessToken));
  }

  private static String password(int number) {
    return "nine quiet lanterns " + number;
  }

  private HttpConnection.Answer send(
      HttpConnection connection, String method, String path, String body) throws IOException {
    return connection.send(HttpConnection.request(method, AUTH + path, accessToken, body));
  }

  private HttpConnection.Answer kept(HttpConnection.Answer answer) {
    accessToken = answer.field("access_token");
    refreshToken = answer.field("refresh_token");
    return answer;
  }
}
