package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Apps for codes go back to Supabase with their accounts, so that nobody's password is enough. */
final class ExportFactorsIT {
  private static final String HERE = Dependencies.newDatabaseUrl();
  private static final String THERE = Dependencies.newDatabaseUrl();

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", HERE);

  @RegisterExtension
  static final RunningService OTHER = new RunningService().with("database.url", THERE);

  @TempDir private Path directory;

  private final String email = newEmail();
  private final String supabase = Dependencies.newEmptyDatabaseUrl();

  @Test
  void goBackToSupabase() throws Exception {
    String token = SERVICE.api().register(email).text("access_token");
    SecondFactor first = SecondFactor.enrol(SERVICE.api(), token);
    SecondFactor second = SecondFactor.enrol(SERVICE.api(), first.confirmed().text("access_token"));
    String other = newEmail();
    Answer unusual = SERVICE.api().register(other);
    SecondFactor.enrol(SERVICE.api(), unusual.text("access_token"));
    SERVICE.sql(
        "UPDATE factor SET digits = 8 FROM account WHERE account.id = account_id AND email = ?",
        other);
    execute(Files.readString(Path.of("src/test/resources/transfer/supabase-schema.sql")));

    Path script = directory.resolve("back.sql");
    CommandRun exported =
        CommandRun.exporting(
            "export",
            "--config",
            CommandConfiguration.in(directory, HERE),
            "--to",
            "supabase",
            "--with-secrets",
            script.toString());
    assertThat(exported.status()).as(exported.toString()).isZero();
    assertThat(exported.err())
        .as("codes of eight digits are unknown there")
        .contains("1 of them without their second factors");
    for (int time = 0; time < 2; time++) {
      try (Connection connection = Dependencies.asSuperuser(supabase)) {
        PsqlScript.run(Files.readString(script), connection);
      }
    }

    assertThat(written("string_agg(friendly_name, ',' ORDER BY factors.created_at)"))
        .as("names of one user differ there")
        .isEqualTo("app,");
    assertThat(written("string_agg(DISTINCT factor_type || ' ' || status, ',')"))
        .isEqualTo("totp verified");
    CommandRun imported =
        CommandRun.importing(
            Map.of("SOURCE_DATABASE_URL", supabase),
            "",
            "import",
            "--config",
            CommandConfiguration.in(Files.createDirectory(directory.resolve("there")), THERE),
            "--from",
            "supabase");
    assertThat(imported.status()).as(imported.toString()).isZero();
    Answer login = OTHER.api().login(email, PASSWORD);
    assertThat(login.code()).isEqualTo("mfa_required");
    assertThat(SecondFactor.verify(OTHER.api(), login, "code", second.code()).status())
        .isEqualTo(200);
  }

  @Test
  void stayHereWithoutTheSecrets() throws Exception {
    String token = SERVICE.api().register(email).text("access_token");
    SecondFactor app = SecondFactor.enrol(SERVICE.api(), token);

    CommandRun exported =
        CommandRun.exporting(
            "export", "--config", CommandConfiguration.in(directory, HERE), "--to", "supabase");

    assertThat(exported.status()).as(exported.toString()).isZero();
    assertThat(exported.out()).contains(email).doesNotContain("mfa_factors", app.id());
    assertThat(exported.err()).contains("without their second factors");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = Dependencies.asSuperuser(supabase);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Returns what the database of Supabase has of the factors of the account. */
  private String written(String what) throws SQLException {
    try (Connection connection = Dependencies.asSuperuser(supabase);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT %s FROM auth.mfa_factors AS factors JOIN auth.users ON users.id = user_id WHERE email = '%s'"
                    .formatted(what, email))) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }
}
