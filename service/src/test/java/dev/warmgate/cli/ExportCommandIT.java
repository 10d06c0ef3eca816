package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Exports accounts, imports them elsewhere, and compares. */
final class ExportCommandIT {
  /** What applications of Supabase commonly have beside its users. */
  private static final String PROFILES =
      """
      CREATE TABLE profile (id uuid PRIMARY KEY REFERENCES auth.users);
      CREATE FUNCTION add_profile() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN INSERT INTO profile VALUES (NEW.id); RETURN NEW; END';
      CREATE TRIGGER add_profile AFTER INSERT ON auth.users
        FOR EACH ROW EXECUTE FUNCTION add_profile();
      """;

  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  @TempDir private static Path directory;

  private static String configuration;

  @BeforeAll
  static void makeAccounts() throws Exception {
    configuration = CommandConfiguration.in(directory, DATABASE);
    SERVICE.api().register("native@example.com");
    CommandRun imported =
        CommandRun.importing(
            Map.of(),
            """
            {"users": [
              {"id": "0b0f5f6c-5a44-4d6b-9f35-4d1d4f3a2001", "email": "ada@example.com", "emailVerified": true,
               "createdTimestamp": 1693888572700, "attributes": {"note": ["tab\\tline\\nback\\\\slash \\"quoted\\" \u00e4\ud83d\ude00"]},
               "credentials": [{"type": "password",
                 "secretData": "{\\"value\\":\\"JsfNbCOIdZUbyBJ+BT+VoGI91Ec2rWLOvkLPDaX8e9k=\\",\\"salt\\":\\"P5rtFkGtPfoaryJ6PizUJw==\\"}",
                 "credentialData": "{\\"hashIterations\\":27500,\\"algorithm\\":\\"pbkdf2-sha256\\"}"}],
               "federatedIdentities": [{"identityProvider": "github", "userId": "77", "userName": "ada"}]},
              {"id": "not-a-uuid", "email": "bea@example.com", "enabled": false}
            ]}
            """,
            "import",
            "--config",
            configuration,
            "--from",
            "keycloak",
            "-");
    assertThat(imported.status()).as(imported.toString()).isZero();
  }

  @Test
  void isTakenBackByteForByte(@TempDir Path elsewhere) throws Exception {
    Path first = directory.resolve("first.ndjson");
    Path second = elsewhere.resolve("second.ndjson");
    assertThat(export(configuration, "--with-secrets", first.toString()).status()).isZero();
    String other = CommandConfiguration.in(elsewhere, Dependencies.newDatabaseUrl());

    for (String time : new String[] {"created: 3", "unchanged: 3"}) {
      CommandRun taken =
          CommandRun.importing(
              Map.of(), "", "import", "--config", other, "--from", "warmgate", first.toString());
      assertThat(taken.status()).as(taken.toString()).isZero();
      assertThat(taken.err()).contains(time);
    }

    assertThat(export(other, "--with-secrets", second.toString()).status()).isZero();
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(Files.readString(first))
        .contains(
            "\"source\":\"keycloak\",\"source_id\":\"not-a-uuid\"", "\"provider\": \"github\"")
        .containsOnlyOnce("$argon2id$");
  }

  @Test
  void hidesHashesUnlessAskedForThem() throws Exception {
    CommandRun shown = export(configuration);
    assertThat(shown.out().lines()).hasSize(3);
    assertThat(shown.out()).doesNotContain("password", "$");

    assertThat(export(configuration, "--with-secrets").status()).as("to a terminal").isEqualTo(64);
    Path file = directory.resolve("secrets.ndjson");
    assertThat(export(configuration, "--with-secrets", file.toString()).status()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(export(configuration, file.toString()).err()).startsWith("FILE exists already");
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM audit_event WHERE event = 'accounts.exported'"
                    + " AND actor = 'operator' AND details = '{\"format\": \"warmgate\", \"secrets\": true}'"))
        .isNotEqualTo("0");
  }

  @Test
  void failsIfItCannotBeWritten() throws Exception {
    CommandRun full =
        CommandRun.exportingTo(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("No space left on device");
              }
            },
            "export",
            "--config",
            configuration);
    assertThat(full.status()).isEqualTo(1);
    assertThat(full.err()).startsWith("The export cannot be written: No space left on device");
  }

  /** A database without a schema cannot be exported. */
  @Test
  void leavesNoPartOfAnExportThatFailed(@TempDir Path elsewhere) throws Exception {
    Path file = elsewhere.resolve("part.ndjson");
    String nowhere = CommandConfiguration.in(elsewhere, Dependencies.newEmptyDatabaseUrl());

    assertThat(export(nowhere, "--with-secrets", file.toString()).status()).isEqualTo(1);

    assertThat(file).doesNotExist();
  }

  /** The tables of Supabase Auth as far as the script uses them, and back again from there. */
  @Test
  void goesBackToSupabase(@TempDir Path elsewhere) throws Exception {
    Path script = elsewhere.resolve("back.sql");
    CommandRun exported =
        export(configuration, "--to", "supabase", "--with-secrets", script.toString());
    assertThat(exported.status()).as(exported.toString()).isZero();
    assertThat(exported.err()).contains("Exported 3 accounts", "1 of them without their password");

    String supabase = Dependencies.newEmptyDatabaseUrl();
    try (Connection connection = Dependencies.asSuperuser(supabase);
        Statement statement = connection.createStatement()) {
      statement.execute(
          Files.readString(Path.of("src/test/resources/transfer/supabase-schema.sql")));
      statement.execute(PROFILES);
      for (int time = 0; time < 2; time++) {
        PsqlScript.run(Files.readString(script), connection);
      }
      // Meanwhile they have exchanged addresses there, and somebody has a role that was taken away
      // here.
      statement.execute(
          """
          UPDATE auth.users SET email = 'free@example.com' WHERE email = 'bea@example.com';
          UPDATE auth.users SET email = 'bea@example.com',
            raw_app_meta_data = '{"provider": "google", "role": "admin"}'
          WHERE email = 'ada@example.com';
          UPDATE auth.users SET email = 'ada@example.com' WHERE email = 'free@example.com';
          """);
      PsqlScript.run(Files.readString(script), connection);
      try (ResultSet user =
          statement.executeQuery(
              "SELECT id, raw_app_meta_data FROM auth.users WHERE email = 'ada@example.com'")) {
        user.next();
        assertThat(user.getString(1)).isEqualTo("0b0f5f6c-5a44-4d6b-9f35-4d1d4f3a2001");
        assertThat(user.getString(2)).contains("\"provider\": \"google\"").doesNotContain("role");
      }
      try (ResultSet profiles = statement.executeQuery("SELECT count(*) FROM profile")) {
        profiles.next();
        assertThat(profiles.getInt(1)).as("the trigger fires once for each new user").isEqualTo(3);
      }
    }

    String database = Dependencies.newDatabaseUrl();
    String again = CommandConfiguration.in(elsewhere, database);
    CommandRun imported =
        CommandRun.importing(
            Map.of("SOURCE_DATABASE_URL", supabase),
            "",
            "import",
            "--config",
            again,
            "--from",
            "supabase");
    assertThat(imported.status()).as(imported.toString()).isZero();
    assertThat(imported.err()).contains("created: 3");
    RunningService service = new RunningService().with("database.url", database);
    service.start();
    try {
      assertThat(service.api().login("native@example.com", ApiClient.PASSWORD).status())
          .isEqualTo(200);
      assertThat(service.value("SELECT disabled_at FROM account WHERE email = 'bea@example.com'"))
          .isNotNull();
      assertThat(
              service.value(
                  "SELECT provider || subject FROM account_identity JOIN account"
                      + " ON account.id = account_id WHERE email = 'ada@example.com'"))
          .isEqualTo("github77");
    } finally {
      service.stop();
    }
  }

  private static CommandRun export(String configured, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "export";
    all[1] = "--config";
    all[2] = configured;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return CommandRun.exporting(all);
  }
}
