package dev.warmgate.loadtest.load;

import dev.warmgate.factor.Base32;
import dev.warmgate.factor.Totp;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import java.io.IOException;
import java.time.Instant;

/**
 * An admin of a service under test, who enrols a second factor through the API as anybody does;
 * fails if the service refuses.
 */
public final class Admin {
  private static final String AUTH = "/api/v1/auth/";

  private final String baseUrl;
  private String refreshToken;

  private Admin(String baseUrl, String refreshToken) {
    this.baseUrl = baseUrl;
    this.refreshToken = refreshToken;
  }

  /**
   * Logs in with a second factor, which is enrolled before.
   *
   * @param credentials of an account that is an admin already
   */
  public static Admin logIn(String baseUrl, String credentials)
      throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient(baseUrl)) {
      String token = sent(client.post(AUTH + "login", "", credentials), 200, "access_token");
      Reply enrolled =
          client.post(AUTH + "factors", token, Json.of("type", "totp", "name", "load test"));
      Totp totp = Totp.ofSecret(Base32.decode(sent(enrolled, 201, "secret")));
      // Each code is good once: the one before the present one confirms, the present one logs in.
      long step = totp.step(Instant.now());
      Reply confirmed =
          client.post(
              AUTH + "factors/" + enrolled.field("factor_id") + "/confirm",
              token,
              Json.of("code", totp.code(step - 1)));
      sent(confirmed, 200, "access_token");
      Reply first = client.post(AUTH + "login", "", credentials);
      String second = Json.of("mfa_token", sent(first, 401, "mfa_token"), "code", totp.code(step));
      Reply opened = client.post(AUTH + "mfa/verify", "", second);
      return new Admin(baseUrl, sent(opened, 200, "refresh_token"));
    }
  }

  /** Returns a new access token, of the level at which the session was opened. */
  public String token() throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient(baseUrl)) {
      Reply refreshed = client.post(AUTH + "refresh", "", Json.of("refresh_token", refreshToken));
      refreshToken = sent(refreshed, 200, "refresh_token");
      return refreshed.field("access_token");
    }
  }

  private static String sent(Reply answer, int status, String field) throws IOException {
    if (answer.status() != status) {
      throw new IOException("an admin's request failed: " + answer.status() + " " + answer.body());
    }
    return answer.field(field);
  }
}
