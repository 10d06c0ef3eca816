package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SoftwareAuthenticator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Exports accounts with passkeys, imports them elsewhere, and signs in with them. */
final class ExportPasskeysIT {
  private static final String SITE = "https://auth.example.com";
  private static final String PASSKEYS = "/api/v1/auth/passkeys";
  private static final String HERE = Dependencies.newDatabaseUrl();
  private static final String THERE = Dependencies.newDatabaseUrl();
  private static final String ELSEWHERE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final RunningService FROM = service(HERE, SITE);
  @RegisterExtension static final RunningService TO = service(THERE, SITE);

  @RegisterExtension
  static final RunningService OTHER = service(ELSEWHERE, "https://login.example.org");

  @TempDir private static Path directory;

  private final SoftwareAuthenticator device = new SoftwareAuthenticator(SITE);
  private final String email = newEmail();

  private static RunningService service(String database, String issuer) {
    return new RunningService().with("database.url", database).with("tokens.issuer", issuer);
  }

  @Test
  void holdWhereTheSiteStaysAndAreReportedElsewhere() throws IOException {
    register();
    Path first = directory.resolve("first.ndjson");
    assertThat(export(HERE, SITE, "--with-secrets", first.toString()).err())
        .doesNotContain("without");

    CommandRun taken = take(THERE, SITE, first);
    assertThat(taken.status()).as(taken.toString()).isZero();
    Path second = directory.resolve("second.ndjson");
    assertThat(export(THERE, SITE, "--with-secrets", second.toString()).status()).isZero();
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(signIn(TO.api()).status()).isEqualTo(200);
    assertThat(TO.api().login(email, PASSWORD).code()).isEqualTo("mfa_required");
    assertThat(take(THERE, SITE, first).err()).contains("unchanged: 1");

    CommandRun lost = take(ELSEWHERE, "https://login.example.org", first);
    assertThat(lost.status()).isEqualTo(1);
    assertThat(lost.out())
        .isEqualTo(
            "first.ndjson:1: comes without a second factor: a passkey belongs to another site than"
                + " login.example.org\n");
    assertThat(lost.err()).contains("created: 1, second factors left out: 1");
    assertThat(OTHER.api().login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(take(ELSEWHERE, SITE, first).err()).as("with the right site").contains("changed: 1");
    assertThat(OTHER.api().login(email, PASSWORD).code()).isEqualTo("mfa_required");

    CommandRun shown = export(HERE, SITE);
    assertThat(shown.out()).doesNotContain("passkeys");
    assertThat(shown.err())
        .contains("1 of them without their second factors: they are written with --with-secrets");
    assertThat(export(HERE, SITE, "--to", "supabase").err())
        .contains("1 of them without their second factors, which stay behind");
  }

  private void register() {
    String token = FROM.api().register(email).text("access_token");
    Answer options = FROM.api().post(PASSKEYS + "/registration", token, Map.of());
    Answer added =
        FROM.api()
            .post(
                PASSKEYS,
                token,
                Map.of(
                    "name",
                    "This browser",
                    "credential",
                    SoftwareAuthenticator.body(device.create(options.body()))));
    assertThat(added.status()).as("%s", added.body()).isEqualTo(201);
  }

  private Answer signIn(ApiClient api) {
    Answer options = api.post(PASSKEYS + "/sign-in", Map.of());
    return api.post(
        PASSKEYS + "/sign-in/verify",
        Map.of("credential", SoftwareAuthenticator.body(device.get(options.body()))));
  }

  private static CommandRun take(String database, String issuer, Path file) throws IOException {
    return CommandRun.importing(
        Map.of(),
        "",
        "import",
        "--config",
        configuration(database, issuer),
        "--from",
        "warmgate",
        file.toString());
  }

  private static CommandRun export(String database, String issuer, String... arguments)
      throws IOException {
    String[] all = new String[arguments.length + 3];
    all[0] = "export";
    all[1] = "--config";
    all[2] = configuration(database, issuer);
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return CommandRun.exporting(all);
  }

  private static String configuration(String database, String issuer) throws IOException {
    Path file = Path.of(CommandConfiguration.in(directory, database));
    Files.writeString(file, Files.readString(file).replace("http://127.0.0.1:8080", issuer));
    return file.toString();
  }
}
