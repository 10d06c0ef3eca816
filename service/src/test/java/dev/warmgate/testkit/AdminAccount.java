package dev.warmgate.testkit;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;

/** Makes admins for tests by SQL; AdminCommandIT tests the command that operators use. */
public final class AdminAccount {
  private AdminAccount() {}

  /** Makes an admin and logs in. */
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
