package dev.warmgate;

import static dev.warmgate.ApiClient.PASSWORD;
import static dev.warmgate.ApiClient.newEmail;

/** Admins for tests that are about something else; how one is really made is AdminCommandIT's. */
final class Admins {
  private Admins() {}

  /** The login of a new one. */
  static Answer login(RunningService service) {
    String email = newEmail();
    service.api().register(email);
    service.sql("UPDATE account SET role = 'admin' WHERE email = ?", email);
    return service.api().login(email, PASSWORD);
  }

  static String token(RunningService service) {
    return login(service).text("access_token");
  }
}
