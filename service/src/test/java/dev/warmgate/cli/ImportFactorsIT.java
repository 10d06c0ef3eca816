package dev.warmgate.cli;

import static dev.warmgate.cli.Imports.BCRYPT;
import static dev.warmgate.cli.Imports.OLD_PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Imports accounts with second factors, and logs in with the apps that their owners have. */
final class ImportFactorsIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();
  private static final String SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

  @RegisterExtension static final Imports IMPORTS = new Imports(DATABASE);

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final UUID id = UUID.randomUUID();
  private final UUID factor = UUID.randomUUID();

  @Test
  void asksForTheAppThatAUserOfSupabaseHas() {
    CommandRun done = supabase(factor("totp", "verified", SECRET, "2026-01-01T00:00:00Z"));

    assertThat(done.status()).as(done.toString()).isZero();
    logsInWith(SecondFactor.of(factor.toString(), SECRET));
    assertThat(
            SERVICE.value(
                "SELECT name FROM factor WHERE id = ? AND encrypted_secret IS NOT NULL", factor))
        .isEqualTo("phone");
    assertThat(supabase(factor("totp", "verified", SECRET, "2026-01-01T00:00:00Z")).err())
        .contains("unchanged: 1");
  }

  @Test
  void tellsOfFactorsThatCannotBeTakenOver() {
    CommandRun done =
        supabase(
            factor("phone", "verified", "", "2026-01-01T00:00:00Z")
                + ","
                + factor("totp", "verified", "{\"key_id\": \"1\"}", "2026-01-01T00:00:00Z")
                + ","
                + factor("totp", "unverified", SECRET, "2026-01-01T00:00:00Z"));

    assertThat(done.status()).isEqualTo(1);
    assertThat(done.out())
        .contains("comes without a second factor: it is no app for codes")
        .contains("comes without a second factor: its secret cannot be read");
    assertThat(done.err())
        .contains("second factors left out: 2")
        .doesNotContain("without their password");
    assertThat(api.login(email, OLD_PASSWORD).status()).isEqualTo(200);
  }

  /** Until the cut-over, users enrol there; and a factor that was removed here stays away. */
  @Test
  void takesLaterOnlyWhatIsNewAtTheSource() {
    supabase(factor("totp", "unverified", SECRET, "2026-01-01T00:00:00Z"));
    assertThat(api.login(email, OLD_PASSWORD).status()).isEqualTo(200);

    supabase(factor("totp", "verified", SECRET, "2026-01-01T00:00:00Z"));
    logsInWith(SecondFactor.of(factor.toString(), SECRET));

    SERVICE.sql("DELETE FROM factor WHERE id = ?", factor);
    supabase(factor("totp", "verified", SECRET, "2027-01-01T00:00:00Z"));
    assertThat(api.login(email, OLD_PASSWORD).status()).as("removed here").isEqualTo(200);
  }

  @Test
  void readsTheDatabaseOfSupabase() throws Exception {
    String supabase = Dependencies.newEmptyDatabaseUrl();
    try (Connection connection = Dependencies.asSuperuser(supabase);
        Statement statement = connection.createStatement()) {
      statement.execute(
          Files.readString(Path.of("src/test/resources/transfer/supabase-schema.sql"))
              + """
              INSERT INTO auth.users (id, email, encrypted_password, created_at)
              VALUES ('%1$s', '%2$s', '%3$s', now());
              INSERT INTO auth.mfa_factors (id, user_id, friendly_name, factor_type, status,
                created_at, updated_at, secret)
              VALUES ('%4$s', '%1$s', 'phone', 'totp', 'verified', now(), now(), '%5$s');
              """
                  .formatted(id, email, BCRYPT, factor, SECRET));
    }

    CommandRun done =
        IMPORTS.run(Map.of("SOURCE_DATABASE_URL", supabase), "", "--from", "supabase");

    assertThat(done.status()).as(done.toString()).isZero();
    logsInWith(SecondFactor.of(factor.toString(), SECRET));
  }

  /** Keycloak takes the text of a secret for its bytes, unless it says that it is base32. */
  @Test
  void asksForTheAppThatAUserOfKeycloakHas() {
    String[][] secrets = {
      {"kE3p8Vq2Zt5Yw7Bn9Mc1", "", "NNCTG4BYKZYTEWTUGVMXON2CNY4U2YZR"},
      {SECRET, ",\\\"secretEncoding\\\":\\\"BASE32\\\"", SECRET}
    };
    for (String[] secret : secrets) {
      String address = newEmail();
      UUID otp = UUID.randomUUID();
      CommandRun done =
          IMPORTS.run(
              """
              {"users": [{"id": "%s", "email": "%s", "emailVerified": true, "credentials": [
                {"type": "password",
                 "secretData": "{\\"value\\":\\"JsfNbCOIdZUbyBJ+BT+VoGI91Ec2rWLOvkLPDaX8e9k=\\",\\"salt\\":\\"P5rtFkGtPfoaryJ6PizUJw==\\"}",
                 "credentialData": "{\\"hashIterations\\":27500,\\"algorithm\\":\\"pbkdf2-sha256\\"}"},
                {"id": "%s", "type": "otp", "userLabel": "phone", "createdDate": 1693888572700,
                 "secretData": "{\\"value\\":\\"%s\\"}",
                 "credentialData": "{\\"subType\\":\\"totp\\",\\"digits\\":6,\\"counter\\":0,\\"period\\":30,\\"algorithm\\":\\"HmacSHA1\\"%s}"}]}]}
              """
                  .formatted(UUID.randomUUID(), address, otp, secret[0], secret[1]),
              "--from",
              "keycloak",
              "-");
      assertThat(done.status()).as(done.toString()).isZero();
      Answer first = api.login(address, "password");
      SecondFactor app = SecondFactor.of(otp.toString(), secret[2]);
      assertThat(SecondFactor.verify(api, first, "code", app.code()).status())
          .as(first.body().toString())
          .isEqualTo(200);
    }
  }

  @Test
  void exportsAppsWithTheSecretsOnlyAndTakesThemBack(@TempDir Path directory) throws Exception {
    supabase(factor("totp", "verified", SECRET, "2026-01-01T00:00:00Z"));
    Path shown = directory.resolve("shown.ndjson");
    Path secret = directory.resolve("secret.ndjson");
    assertThat(export(shown.toString()).status()).isZero();
    assertThat(export("--with-secrets", secret.toString()).status()).isZero();
    assertThat(Files.readString(shown)).doesNotContain("factors", SECRET);
    assertThat(Files.readString(secret)).contains("\"secret\":\"" + SECRET + "\"");
    SERVICE.sql("DELETE FROM account WHERE id = ?", id);

    String line =
        Files.readAllLines(secret).stream()
            .filter(one -> one.contains(email))
            .findFirst()
            .orElseThrow();
    SERVICE.sql("DELETE FROM account_source WHERE account_id = ?", id);
    CommandRun taken = IMPORTS.run(line + "\n", "--from", "warmgate", "-");

    assertThat(taken.err()).as(taken.toString()).contains("created: 1");
    logsInWith(SecondFactor.of(factor.toString(), SECRET));
  }

  private CommandRun export(String... arguments) {
    String[] all = new String[arguments.length + 3];
    System.arraycopy(new String[] {"export", "--config", IMPORTS.configuration()}, 0, all, 0, 3);
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return CommandRun.exporting(all);
  }

  private void logsInWith(SecondFactor app) {
    Answer first = api.login(email, OLD_PASSWORD);
    assertThat(first.code()).isEqualTo("mfa_required");
    assertThat(SecondFactor.verify(api, first, "code", app.code()).status()).isEqualTo(200);
  }

  private CommandRun supabase(String factors) {
    return IMPORTS.run(
        "id,email,encrypted_password,email_confirmed_at,factors\n%s,%s,%s,2026-01-01 00:00:00+00,\"%s\"\n"
            .formatted(id, email, BCRYPT, ("[" + factors + "]").replace("\"", "\"\"")),
        "--from",
        "supabase",
        "-");
  }

  private String factor(String type, String status, String secret, String created) {
    return """
    {"id": "%s", "friendly_name": "phone", "factor_type": "%s", "status": "%s", "secret": "%s", \
    "created_at": "%s"}\
    """
        .formatted(factor, type, status, secret.replace("\"", "\\\""), created);
  }
}
