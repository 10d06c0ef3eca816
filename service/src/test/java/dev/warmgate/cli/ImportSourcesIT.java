package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Imports the fixtures of each source, and logs in with the old passwords. {@code
 * src/test/resources/transfer/README.md} tells by whom they were made.
 */
final class ImportSourcesIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();
  private static final Path FIXTURES = Path.of("src/test/resources/transfer");
  private static final String PASSWORD = "correct horse battery staple";

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  @TempDir private static Path directory;

  private static String configuration;

  @BeforeAll
  static void configure() throws Exception {
    configuration = CommandConfiguration.in(directory, DATABASE);
  }

  @Test
  void django() {
    CommandRun done = run("django", "django.json");

    assertThat(done.err())
        .contains("created: 7", "skipped, of other models: 1", "skipped, without an address: 1");
    requireLogins(
        "@django.example",
        List.of("pbkdf2.sha256", "pbkdf2.sha1", "argon2", "bcrypt", "bcrypt.sha256", "scrypt"));
    assertThat(login("unusable@django.example", "")).isEqualTo(401);
    assertThat(
            SERVICE.value(
                "SELECT app_metadata ->> 'groups' FROM account WHERE email = 'scrypt@django.example'"))
        .contains("staff");
  }

  @Test
  void werkzeug() {
    assertThat(run("csv", "werkzeug.csv").err()).contains("created: 4");
    requireLogins(
        "@werkzeug.example",
        List.of("scrypt", "pbkdf2", "pbkdf2.sha512.210000", "pbkdf2.sha1.100000"));
  }

  @Test
  void auth0() {
    for (String counted : List.of("changed: 3, created: 4", "unchanged: 7")) {
      CommandRun done =
          run(
              "auth0",
              "auth0-users.ndjson",
              "--passwords",
              FIXTURES.resolve("auth0-passwords.ndjson").toString());
      assertThat(done.status()).as(done.toString()).isZero();
      assertThat(done.err()).contains(counted);
    }
    for (int number = 0; number < 3; number++) {
      requireLogin("user" + number + "@auth0.example", PASSWORD);
    }
  }

  @Test
  void firebase() {
    CommandRun done =
        run(
            "firebase",
            "firebase.json",
            "--hash-config",
            FIXTURES.resolve("firebase-hash-config.txt").toString());

    assertThat(done.status()).as("one has only a telephone").isEqualTo(1);
    assertThat(done.err())
        .contains("created: 2", "skipped, anonymous: 1", "skipped, phone only: 1");
    requireLogin("user1@firebase.example", "user1password");
  }

  @Test
  void keycloak() {
    CommandRun done = run("keycloak", "keycloak");

    assertThat(done.status()).as("nobody was left out").isZero();
    assertThat(done.err()).contains("created: 2", "skipped, service accounts: 1");
    requireLogin("pbkdf2@keycloak.example", "password");
    requireLogin("argon2@keycloak.example", "password");
  }

  /** Logs in with one of the hashes, which is slow. */
  private static void requireLogins(String domain, List<String> names) {
    Sample.of(domain, 1, names).forEach(name -> requireLogin(name + domain, PASSWORD));
  }

  private static void requireLogin(String email, String password) {
    assertThat(login(email, "not " + password)).as(email).isEqualTo(401);
    assertThat(login(email, password)).as(email).isEqualTo(200);
  }

  private static int login(String email, String password) {
    return SERVICE.api().login(email, password).status();
  }

  private static CommandRun run(String source, String file, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "import",
                "--config",
                configuration,
                "--from",
                source,
                FIXTURES.resolve(file).toString()));
    arguments.addAll(List.of(more));
    return CommandRun.importing(Map.of(), "", arguments.toArray(String[]::new));
  }
}
