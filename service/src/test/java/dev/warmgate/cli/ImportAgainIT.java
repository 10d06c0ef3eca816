package dev.warmgate.cli;

import static dev.warmgate.cli.Imports.BCRYPT;
import static dev.warmgate.cli.Imports.OF_DECOMPOSED;
import static dev.warmgate.cli.Imports.OLD_PASSWORD;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Imports twice, with changes at the source and here between. */
final class ImportAgainIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final Imports IMPORTS = new Imports(DATABASE);

  private static final String NEW_PASSWORD = "a brand-new passphrase";

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  @TempDir private static Path directory;

  private final ApiClient api = SERVICE.api();

  @Test
  void takesWhatHasChangedAtTheSource() throws Exception {
    String email = newEmail();
    String moved = newEmail();
    UUID id = UUID.randomUUID();
    String header = "id,email,password_hash,user_metadata,disabled,email_confirmed";
    IMPORTS.csv(header, id + "," + email + "," + BCRYPT + ",\"{\"\"a\"\": 1}\",no,no");
    Answer session = api.login(email, OLD_PASSWORD);

    CommandRun again =
        IMPORTS.csv(header, id + "," + email + "," + BCRYPT + ",\"{\"\"a\"\": 1}\",no,no");
    assertThat(again.err()).contains("unchanged: 1");
    CommandRun changed =
        IMPORTS.csv(header, id + "," + moved + "," + BCRYPT + ",\"{\"\"a\"\": 2}\",no,yes");

    assertThat(changed.err())
        .as(changed.toString())
        .contains("changed: 1")
        .doesNotContain("unchanged");
    assertThat(value("email", id)).isEqualTo(moved);
    assertThat(value("user_metadata", id)).isEqualTo("{\"a\": 2}");
    assertThat(value("email_confirmed_at", id)).isNotNull();
    assertThat(api.me(session.text("access_token")).status()).as("it goes on").isEqualTo(200);

    IMPORTS.csv(header, id + "," + moved + "," + BCRYPT + ",,yes,yes");
    assertThat(api.login(moved, OLD_PASSWORD).status()).as("disabled").isEqualTo(401);
    Eventually.within(
        Duration.ofSeconds(5), () -> api.me(session.text("access_token")).status() == 401);

    IMPORTS.csv(header, id + "," + moved + "," + BCRYPT + ",,no,yes");
    assertThat(api.login(moved, OLD_PASSWORD).status()).as("enabled").isEqualTo(200);
  }

  @Test
  void takesAPasswordThatWasChangedAtTheSourceAndEndsSessions() throws Exception {
    String email = newEmail();
    IMPORTS.csv("email,password_hash", email + "," + OF_DECOMPOSED);
    Answer session = api.login(email, "cafe\u0301 au lait");
    assertThat(session.status()).isEqualTo(200);

    IMPORTS.csv("email,password_hash", email + "," + BCRYPT);

    assertThat(api.login(email, "cafe\u0301 au lait").status()).isEqualTo(401);
    assertThat(api.login(email, OLD_PASSWORD).status()).isEqualTo(200);
    Eventually.within(
        Duration.ofSeconds(5), () -> api.me(session.text("access_token")).status() == 401);
    assertThat(api.refresh(session.text("refresh_token")).status()).isEqualTo(401);
  }

  @Test
  void keepsAPasswordThatWasChangedHere() throws Exception {
    String email = newEmail();
    IMPORTS.csv("email,password_hash", email + "," + BCRYPT);
    Answer session = api.login(email, OLD_PASSWORD);
    assertThat(
            api.post(
                    "/api/v1/auth/password",
                    session.text("access_token"),
                    Map.of("current_password", OLD_PASSWORD, "new_password", NEW_PASSWORD))
                .status())
        .isEqualTo(200);

    CommandRun done = IMPORTS.csv("email,password_hash", email + "," + OF_DECOMPOSED);

    assertThat(done.status()).isZero();
    assertThat(done.err()).contains("password changed here: 1");
    assertThat(api.login(email, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(api.login(email, "cafe\u0301 au lait").status()).isEqualTo(401);
  }

  @Test
  void bringsNobodyBackWhoWasDeletedHere() throws Exception {
    String email = newEmail();
    UUID id = UUID.randomUUID();
    IMPORTS.csv("id,email,password_hash", id + "," + email + "," + BCRYPT);
    Answer session = api.login(email, OLD_PASSWORD);
    assertThat(
            api.delete(
                    "/api/v1/auth/me",
                    session.text("access_token"),
                    Map.of("password", OLD_PASSWORD))
                .status())
        .isEqualTo(204);

    CommandRun done = IMPORTS.csv("id,email,password_hash", id + "," + email + "," + BCRYPT);

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
        IMPORTS.csv(
            "id,email,password_hash", "1," + email + "," + BCRYPT, "2," + other + "," + BCRYPT);

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
    IMPORTS.run("", "--from", "csv", file.toString());
    SERVICE.sql(
        "UPDATE account_import SET finished_at = NULL, done = 20, counts = '{\"created\": 20}'"
            + " WHERE fingerprint IS NOT NULL");

    CommandRun again = IMPORTS.run("", "--from", "csv", file.toString());

    assertThat(again.err()).contains("An earlier run has done 20 records of these files");
    assertThat(again.err()).contains("created: 20, unchanged: 10");
    assertThat(IMPORTS.run("", "--from", "csv", file.toString()).err())
        .as("a finished run is repeated from its beginning")
        .contains("unchanged: 30");
  }

  /** What was done before the kill is not in the memory of the run that goes on. */
  @Test
  void refusesASecondRecordWithAnIdFromBeforeAKill() throws Exception {
    UUID twice = UUID.randomUUID();
    Path file = directory.resolve("twice.csv");
    Files.writeString(
        file,
        "id,email\n%1$s,%2$s\n%3$s,%4$s\n%1$s,%5$s\n"
            .formatted(twice, newEmail(), UUID.randomUUID(), newEmail(), newEmail()));
    assertThat(IMPORTS.run("", "--from", "csv", file.toString()).err())
        .contains("created: 2, refused: 1");
    SERVICE.sql(
        "UPDATE account_import SET finished_at = NULL, done = 2, counts = '{\"created\": 2}'"
            + " WHERE started_at = (SELECT max(started_at) FROM account_import)");

    CommandRun again = IMPORTS.run("", "--from", "csv", file.toString());

    assertThat(again.err())
        .contains("An earlier run has done 2")
        .contains("created: 2, refused: 1");
    assertThat(again.out()).isEqualTo("twice.csv:4: has the id of an earlier record\n");
  }

  private static String value(String column, UUID id) {
    return SERVICE.value("SELECT " + column + " FROM account WHERE id = ?", id);
  }
}
