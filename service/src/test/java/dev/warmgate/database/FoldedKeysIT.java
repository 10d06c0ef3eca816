package dev.warmgate.database;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Accounts that are older than the way in which their addresses are folded now. */
final class FoldedKeysIT {
  @RegisterExtension static final RunningService BEFORE = new RunningService();

  @Test
  void areFoundAgainAfterTheNextStart() throws Exception {
    // As they were folded by a release that had not migrated yet.
    registerWithKey("straße@example.com", "straße@example.com");
    registerWithKey("H\u0331@example.com", "h\u0331@example.com");
    registerWithKey("josé@example.com", "josé@example.com");
    registerWithKey("οδος@example.com", "οδος@example.com");
    registerWithKey("οδοσ@example.com", "οδοσ@example.com");
    registerWithKey("ann@faß.example", "ann@fass.example");
    BEFORE.sql("DELETE FROM flyway_schema_history WHERE version = '16'");

    RunningService after = new RunningService().with("database.url", BEFORE.databaseUrl());
    after.start();
    try {
      assertThat(status(after, "STRASSE@example.com")).isEqualTo(200);
      assertThat(status(after, "\u1e96@example.com")).isEqualTo(200);
      assertThat(status(after, "JOSÉ@example.com")).isEqualTo(200);
      assertThat(status(after, "ΟΔΟΣ@example.com")).isEqualTo(200);
      assertThat(status(after, "ann@fass.example")).isEqualTo(200);
      // Two that are one now: the one that has the key keeps it.
      assertThat(after.value("SELECT email_key FROM account WHERE email = 'οδος@example.com'"))
          .isEqualTo("οδος@example.com");
    } finally {
      after.stop();
    }
  }

  private static void registerWithKey(String email, String key) {
    String unique = ApiClient.newEmail();
    assertThat(BEFORE.api().register(unique).status()).isEqualTo(201);
    BEFORE.sql("UPDATE account SET email = ?, email_key = ? WHERE email = ?", email, key, unique);
  }

  private static int status(RunningService service, String email) {
    return service.api().login(email, PASSWORD).status();
  }
}
