package dev.warmgate.testkit;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;

/** An admin for tests that are about something else; AdminCommandIT makes one as operators do. */
public final class AdminAccount {
  private AdminAccount() {}

  /** The login of a new one. */
  public static Answer login(RunningService service) {
    String email = newEmail();
    service.api().register(email);
    service.sql("UPDATE account SET role = 'admin' WHERE email = ?", email);
    return service.api().login(email, PASSWORD);
  }

  public static String token(RunningService service) {
    return login(service).text("access_token");
  }
}
