package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Imports twice, with changes at the source and here between. */
final class ImportAgainIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  /** Go's test vector, made as Supabase Auth makes its hashes. */
  private static final String BCRYPT =
      "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga";

  private static final String OLD_PASSWORD = "allmine";

  /** Werkzeug's hash of a decomposed "café au lait". */
  private static final String OF_DECOMPOSED =
      "pbkdf2:sha1:10000$buxhkmM9IFDTQzmF$b75a51a83301c00ab299641c817c9b56fcbc4a06";

  private static final String NEW_PASSWORD = "a brand-new passphrase";

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  @TempDir private static Path directory;

  private static String configuration;

  private final ApiClient api = SERVICE.api();

  @BeforeAll
  static void configure() throws Exception {
    configuration = CommandConfiguration.in(directory, DATABASE);
  }

  @Test
  void takesWhatHasChangedAtTheSource() throws Exception {
    String email = newEmail();
    String moved = newEmail();
    UUID id = UUID.randomUUID();
    String header = "id,email,password_hash,user_metadata,disabled,email_confirmed";
    csv(header, id + "," + email + "," + BCRYPT + ",\"{\"\"a\"\": 1}\",no,no");
    Answer session = api.login(email, OLD_PASSWORD);

    CommandRun again = csv(header, id + "," + email + "," + BCRYPT + ",\"{\"\"a\"\": 1}\",no,no");
    assertThat(again.err()).contains("unchanged: 1");
    CommandRun changed =
        csv(header, id + "," + moved + "," + BCRYPT + ",\"{\"\"a\"\": 2}\",no,yes");

    assertThat(changed.err())
        .as(changed.toString())
        .contains("changed: 1")
        .doesNotContain("unchanged");
    assertThat(value("email", id)).isEqualTo(moved);
    assertThat(value("user_metadata", id)).isEqualTo("{\"a\": 2}");
    assertThat(value("email_confirmed_at", id)).isNotNull();
    assertThat(api.me(session.text("access_token")).status()).as("it goes on").isEqualTo(200);

    csv(header, id + "," + moved + "," + BCRYPT + ",,yes,yes");
    assertThat(api.login(moved, OLD_PASSWORD).status()).as("disabled").isEqualTo(401);
    Eventually.within(
        Duration.ofSeconds(5), () -> api.me(session.text("access_token")).status() == 401);

    csv(header, id + "," + moved + "," + BCRYPT + ",,no,yes");
    assertThat(api.login(moved, OLD_PASSWORD).status()).as("enabled").isEqualTo(200);
  }

  @Test
  void takesAPasswordThatWasChangedAtTheSourceAndEndsSessions() throws Exception {
    String email = newEmail();
    csv("email,password_hash", email + "," + OF_DECOMPOSED);
    Answer session = api.login(email, "cafe\u0301 au lait");
    assertThat(session.status()).isEqualTo(200);

    csv("email,password_hash", email + "," + BCRYPT);

    assertThat(api.login(email, "cafe\u0301 au lait").status()).isEqualTo(401);
    assertThat(api.login(email, OLD_PASSWORD).status()).isEqualTo(200);
    Eventually.within(
        Duration.ofSeconds(5), () -> api.me(session.text("access_token")).status() == 401);
    assertThat(api.refresh(session.text("refresh_token")).status()).isEqualTo(401);
  }

  @Test
  void keepsAPasswordThatWasChangedHere() throws Exception {
    String email = newEmail();
    csv("email,password_hash", email + "," + BCRYPT);
    Answer session = api.login(email, OLD_PASSWORD);
    assertThat(
            api.post(
                    "/api/v1/auth/password",
                    session.text("access_token"),
                    Map.of("current_password", OLD_PASSWORD, "new_password", NEW_PASSWORD))
                .status())
        .isEqualTo(200);

    CommandRun done = csv("email,password_hash", email + "," + OF_DECOMPOSED);

    assertThat(done.status()).isZero();
    assertThat(done.err()).contains("password changed here: 1");
    assertThat(api.login(email, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(api.login(email, "cafe\u0301 au lait").status()).isEqualTo(401);
  }

  @Test
  void bringsNobodyBackWhoWasDeletedHere() throws Exception {
    String email = newEmail();
    UUID id = UUID.randomUUID();
    csv("id,email,password_hash", id + "," + email + "," + BCRYPT);
    Answer session = api.login(email, OLD_PASSWORD);
    assertThat(
            api.delete(
                    "/api/v1/auth/me",
                    session.text("access_token"),
                    Map.of("password", OLD_PASSWORD))
                .status())
        .isEqualTo(204);

    CommandRun done = csv("id,email,password_hash", id + "," + email + "," + BCRYPT);

    assertThat(done.err()).contains("deleted here: 1");
    assertThat(api.login(email, OLD_PASSWORD).status()).isEqualTo(401);
    assertThat(
            SERVICE.value(
                "SELECT concat(source_id, email_key, encode(digest, 'hex')) FROM account_source"
                    + " WHERE account_id = ?",
                id))
        .as("only the id is left")
        .isEmpty();
  }

  @Test
  void leavesOutWhatIsTakenHere() throws Exception {
    String email = newEmail();
    api.register(email);
    String other = newEmail();

    CommandRun done =
        csv("id,email,password_hash", "1," + email + "," + BCRYPT, "2," + other + "," + BCRYPT);

    assertThat(done.status()).isEqualTo(1);
    assertThat(done.out()).isEqualTo("standard input:2: has the address of another account\n");
    assertThat(done.err()).contains("created: 1", "refused: 1");
    assertThat(api.login(email, ApiClient.PASSWORD).status()).isEqualTo(200);
    assertThat(api.login(other, OLD_PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void goesOnWhereAnEarlierRunStopped() throws Exception {
    List<String> emails = IntStream.range(0, 30).mapToObj(_ -> newEmail()).toList();
    Path file = directory.resolve("resumed.csv");
    Files.writeString(file, emails.stream().collect(Collectors.joining("\n", "email\n", "\n")));
    run("", "--from", "csv", file.toString());
    SERVICE.sql(
        "UPDATE account_import SET finished_at = NULL, done = 20, counts = '{\"created\": 20}'"
            + " WHERE fingerprint IS NOT NULL");

    CommandRun again = run("", "--from", "csv", file.toString());

    assertThat(again.err()).contains("An earlier run has done 20 records of these files");
    assertThat(again.err()).contains("created: 20, unchanged: 10");
    assertThat(run("", "--from", "csv", file.toString()).err())
        .as("a finished run is repeated from its beginning")
        .contains("unchanged: 30");
  }

  private static String value(String column, UUID id) {
    return SERVICE.value("SELECT " + column + " FROM account WHERE id = ?", id);
  }

  private static CommandRun csv(String header, String... rows) {
    return run(header + "\n" + String.join("\n", rows) + "\n", "--from", "csv", "-");
  }

  private static CommandRun run(String input, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "import";
    all[1] = "--config";
    all[2] = configuration;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return CommandRun.importing(Map.of(), input, all);
  }
}
