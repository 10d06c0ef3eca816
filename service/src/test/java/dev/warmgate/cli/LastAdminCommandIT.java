package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tests how {@code admin} keeps the last admin, and what it can do when none is left. */
final class LastAdminCommandIT {
  private static final String NEW_PASSWORD = "a brand-new passphrase";
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  @TempDir private static Path directory;

  private static String configuration;

  @BeforeAll
  static void configure() throws Exception {
    configuration = CommandConfiguration.in(directory, DATABASE);
  }

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer user = api.register(email);
  private final String id = api.me(user.text("access_token")).text("account_id");

  @Test
  void takingOverADisabledAccountEnablesIt() {
    SERVICE.sql("UPDATE account SET disabled_at = now() WHERE id = ?::uuid", id);
    CommandRun taken = takeOver();

    assertThat(taken.status()).as(taken.err()).isZero();
    assertThat(list(taken).status()).isEqualTo(200);
    assertThat(events()).contains("admin.created,account.enabled,password.changed");
  }

  /** The way back when the only admin has been disabled. */
  @Test
  void takingOverADisabledAdminEnablesThem() {
    SERVICE.sql("UPDATE account SET role = 'admin', disabled_at = now() WHERE id = ?::uuid", id);
    assertThat(admin("promote", "--yes", "--account", id).err()).contains("admin create --promote");
    CommandRun taken = takeOver();

    assertThat(taken.status()).as(taken.err()).isZero();
    assertThat(list(taken).status()).isEqualTo(200);
    assertThat(events()).contains("account.enabled,password.changed").doesNotContain("admin.cr");
  }

  @Test
  void demotingTheLastAdminMustBeSaid() {
    SERVICE.sql("UPDATE account SET role = 'user'");
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE id = ?::uuid", id);

    CommandRun refused = admin("demote", "--email", email);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("last enabled admin").contains("--last");
    assertThat(role()).isEqualTo("admin");

    assertThat(admin("demote", "--last", "--email", email).status()).isZero();
    assertThat(role()).isEqualTo("user");
  }

  private String role() {
    return SERVICE.value("SELECT role FROM account WHERE id = ?::uuid", id);
  }

  private String events() {
    return SERVICE.value(
        "SELECT string_agg(event, ',' ORDER BY id) FROM audit_event WHERE account_id = ?::uuid",
        id);
  }

  private Answer list(CommandRun taken) {
    Answer login = taken.factor().login(api, email, NEW_PASSWORD);
    return api.get("/api/v1/admin/accounts", login.text("access_token"));
  }

  private CommandRun takeOver() {
    return run(NEW_PASSWORD + "\n", "create", "--promote", "--email", email, "--password-stdin");
  }

  private static CommandRun admin(String... arguments) {
    return run("", arguments);
  }

  private static CommandRun run(String input, String... arguments) {
    return CommandRun.admin(
        input,
        Stream.concat(Stream.of("admin", "--config", configuration), Stream.of(arguments))
            .toArray(String[]::new));
  }
}
