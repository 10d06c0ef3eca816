package dev.warmgate.testkit;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;

/**
 * Makes admins for tests by SQL; AdminCommandIT tests the command that operators use. Their second
 * factor they enrol through the API, as anybody does: there is no way round it.
 */
public final class AdminAccount {
  private AdminAccount() {}

  /** Makes an admin and logs in with a second factor. */
  public static Answer login(RunningService service) {
    String email = newEmail();
    service.api().register(email);
    return promote(service, service.api(), email);
  }

  /** Makes the account of an address an admin, and logs in with a second factor. */
  public static Answer promote(RunningService service, ApiClient api, String email) {
    service.sql(
        "UPDATE account SET role = 'admin', email_confirmed_at = COALESCE(email_confirmed_at, now())"
            + " WHERE email = ?",
        email);
    Answer first = api.login(email, PASSWORD);
    return SecondFactor.enrol(api, first.text("access_token")).login(api, email, PASSWORD);
  }

  public static String token(RunningService service) {
    return login(service).text("access_token");
  }
}
