package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports what contradicts other records, or what is here. */
final class ImportConflictsIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  /** Go's test vector, made as Supabase Auth makes its hashes. */
  private static final String BCRYPT =
      "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga";

  private static final String OLD_PASSWORD = "allmine";
  private static final String OTHER_HASH =
      "pbkdf2:sha1:10000$buxhkmM9IFDTQzmF$b75a51a83301c00ab299641c817c9b56fcbc4a06";

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
  void tellsTheModelsOfDjangoApart() {
    String user = newEmail();
    String customer = newEmail();
    String row =
        "{\"model\": \"%s\", \"pk\": 901, \"fields\": {\"email\": \"%s\", \"password\": \"\"}}";

    CommandRun done =
        run(
            row.formatted("auth.user", user) + "\n" + row.formatted("shop.customer", customer),
            "--from",
            "django",
            "-");

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.err()).contains("created: 2");
    assertThat(SERVICE.value("SELECT count(*) FROM account WHERE email IN (?, ?)", user, customer))
        .isEqualTo("2");
  }

  /** The rate makes batches of one record. */
  @ParameterizedTest
  @ValueSource(strings = {"1000", "1"})
  void refusesASecondRecordWithTheSameId(String rate) {
    String first = newEmail();
    String id = "twice " + first;

    CommandRun done =
        run(
            "id,email\n" + id + "," + first + "\n" + id + "," + newEmail() + "\n",
            "--from",
            "csv",
            "--rate",
            rate,
            "-");

    assertThat(done.status()).isEqualTo(1);
    assertThat(done.out()).isEqualTo("standard input:3: has the id of an earlier record\n");
    assertThat(done.err()).contains("created: 1, refused: 1");
    assertThat(SERVICE.value("SELECT count(*) FROM account WHERE email = ?", first)).isEqualTo("1");
  }

  @Test
  void takesTwoSystemsWhoseIdsAreEqual() {
    for (String name : new String[] {"shop", "forum"}) {
      CommandRun done =
          run("id,email\n7001," + newEmail() + "\n", "--from", "csv", "--source-name", name, "-");
      assertThat(done.err()).as(done.toString()).contains("created: 1");
    }
    assertThat(
            SERVICE.value(
                "SELECT string_agg(source, ' ' ORDER BY source) FROM account_source"
                    + " WHERE source_id = '7001'"))
        .isEqualTo("forum shop");
    assertThat(run("", "--from", "csv", "--source-name", "The Shop", "-").status()).isEqualTo(64);
    assertThat(run("", "--from", "warmgate", "--source-name", "a", "-").status()).isEqualTo(64);
  }

  @Test
  void keepsAPasswordThatIsBeingChangedHere() throws Exception {
    UUID id = UUID.randomUUID();
    String email = newEmail();
    csv("id,email,password_hash", id + "," + email + "," + BCRYPT);

    CommandRun done =
        during(
            "UPDATE account SET password_hash = '$argon2id$here',"
                + " password_version = password_version + 1 WHERE id = '"
                + id
                + "'",
            () -> csv("id,email,password_hash", id + "," + email + "," + OTHER_HASH));

    assertThat(done.err()).contains("password changed here: 1");
    assertThat(value("password_hash", id)).isEqualTo("$argon2id$here");
  }

  @Test
  void keepsAnAddressThatIsBeingChangedHere() throws Exception {
    UUID id = UUID.randomUUID();
    String here = newEmail();
    csv("id,email", id + "," + newEmail());

    during(
        "UPDATE account SET email = '%1$s', email_key = lower('%1$s') WHERE id = '%2$s'"
            .formatted(here, id),
        () -> csv("id,email", id + "," + newEmail()));

    assertThat(value("email", id)).isEqualTo(here);
  }

  /** Runs an import that has to wait for a change that is not committed yet. */
  private static CommandRun during(String change, java.util.function.Supplier<CommandRun> importing)
      throws Exception {
    try (Connection connection = Dependencies.asSuperuser(DATABASE);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(change);
      CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(importing);
      Eventually.within(
          Duration.ofSeconds(60),
          () ->
              !SERVICE
                  .value(
                      "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
                  .equals("0"));
      connection.commit();
      return run.get();
    }
  }

  @Test
  void leavesAnAccountEnabledThatAnAdminHasEnabled() throws Exception {
    UUID id = UUID.randomUUID();
    String email = newEmail();
    String header = "id,email,password_hash,disabled,user_metadata";
    String row = id + "," + email + "," + BCRYPT;
    csv(header, row + ",yes,{}");
    SERVICE.sql("UPDATE account SET disabled_at = NULL WHERE id = ?", id);
    String token = api.login(email, OLD_PASSWORD).text("access_token");

    csv(header, row + ",yes,\"{\"\"a\"\": 2}\"");

    assertThat(value("user_metadata", id)).isEqualTo("{\"a\": 2}");
    assertThat(value("disabled_at", id)).isNull();
    assertThat(api.me(token).status()).isEqualTo(200);
    csv(header, row + ",no,{}");
    csv(header, row + ",yes,{}");
    assertThat(value("disabled_at", id)).as("banned anew").isNotNull();
    Eventually.within(Duration.ofSeconds(5), () -> api.me(token).status() == 401);
  }

  @Test
  void takesOnlyMetadataForAnAdmin() throws Exception {
    UUID id = UUID.randomUUID();
    String email = newEmail();
    String header = "id,email,password_hash,user_metadata";
    csv(header, id + "," + email + "," + BCRYPT + ",{}");
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE id = ?", id);

    String changed = id + "," + newEmail() + "," + OTHER_HASH + ",\"{\"\"a\"\": 1}\"";
    for (int time = 0; time < 2; time++) {
      CommandRun done = csv(header, changed);
      assertThat(done.status()).isEqualTo(1);
      assertThat(done.out())
          .isEqualTo(
              "standard input:2: is an admin here, so nothing but its metadata was taken over\n");
    }

    assertThat(value("email", id)).isEqualTo(email);
    assertThat(value("password_hash", id)).isEqualTo(BCRYPT);
    assertThat(value("user_metadata", id)).isEqualTo("{\"a\": 1}");
    SERVICE.sql("UPDATE account SET role = 'user' WHERE id = ?", id);
    assertThat(csv(header, changed).err()).as("demoted").contains("changed: 1");
    assertThat(value("email", id)).isNotEqualTo(email);
  }

  /** The old password is over at the source, so it is over here. */
  @Test
  void keepsNoOldPasswordIfTheNewHashIsRefused() throws Exception {
    String email = newEmail();
    csv("email,password_hash", email + "," + BCRYPT);

    CommandRun done = csv("email,password_hash", email + "," + BCRYPT.replace("$10$", "$20$"));

    assertThat(done.out()).contains("comes without its password: its hash is too expensive");
    assertThat(api.login(email, OLD_PASSWORD).status()).isEqualTo(401);
  }

  @Test
  void reportsAnIdentityOfAnotherAccount() {
    String subject = UUID.randomUUID().toString();
    String identity =
        ",\"[{\"\"provider\"\": \"\"google\"\", \"\"provider_id\"\": \"\"" + subject + "\"\"}]\"";
    String rows =
        "id,email,identities\n"
            + (UUID.randomUUID() + "," + newEmail() + identity + "\n")
            + (UUID.randomUUID() + "," + newEmail() + identity + "\n");

    for (String counted : new String[] {"created: 2", "unchanged: 1"}) {
      CommandRun done = run(rows, "--from", "supabase", "-");
      assertThat(done.status()).as(done.toString()).isEqualTo(1);
      assertThat(done.out())
          .matches(
              "standard input:[23]: has an identity that belongs to another account;"
                  + " everything else was taken over\n");
      assertThat(done.err()).contains(counted, "without an identity: 1");
    }
  }

  @Test
  void computesAnIdFromTheAddressHoweverItIsWritten() {
    String email = newEmail();
    csv("email,password_hash", email.toUpperCase(java.util.Locale.ROOT) + "," + BCRYPT);

    assertThat(csv("email,password_hash", email + "," + OTHER_HASH).err()).contains("changed: 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000", "1"})
  void swapsAddressesThatWereSwappedAtTheSource(String rate) {
    UUID one = UUID.randomUUID();
    UUID two = UUID.randomUUID();
    String first = newEmail();
    String second = newEmail();
    csv("id,email", one + "," + first, two + "," + second);

    CommandRun done =
        run(
            "id,email\n" + one + "," + second + "\n" + two + "," + first + "\n",
            "--from",
            "csv",
            "--rate",
            rate,
            "-");

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.err()).contains("changed: 2");
    assertThat(value("email", one)).isEqualTo(second);
    assertThat(value("email", two)).isEqualTo(first);
  }

  /** Nobody can keep customers out by registering their addresses before the migration. */
  @Test
  void takesOverAnAccountThatNeverProvedTheAddress() throws Exception {
    String email = newEmail();
    Answer stranger = api.register(email);
    UUID id = UUID.randomUUID();

    CommandRun done =
        csv("id,email,email_confirmed,password_hash", id + "," + email + ",yes," + BCRYPT);

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(api.login(email, ApiClient.PASSWORD).status()).isEqualTo(401);
    assertThat(api.me(api.login(email, OLD_PASSWORD).text("access_token")).text("account_id"))
        .isEqualTo(id.toString());
    Eventually.within(
        Duration.ofSeconds(5), () -> api.me(stranger.text("access_token")).status() == 401);
    assertThat(api.refresh(stranger.text("refresh_token")).status()).isEqualTo(401);
    assertThat(
            SERVICE.value(
                "SELECT details ->> 'reason' FROM audit_event WHERE event = 'user.deleted'"
                    + " ORDER BY id DESC LIMIT 1"))
        .isEqualTo("address_proven");
  }

  /** As a registration does: what is in use is not deleted. */
  @Test
  void reportsAnAccountInUseThatNeverProvedTheAddress() {
    String email = newEmail();
    api.register(email);
    api.login(email, ApiClient.PASSWORD);

    CommandRun done = csv("id,email,email_confirmed", UUID.randomUUID() + "," + email + ",yes");

    assertThat(done.out())
        .isEqualTo(
            "standard input:2: has the address of an account here that never proved it, but is in"
                + " use or was imported\n");
    assertThat(api.login(email, ApiClient.PASSWORD).status()).isEqualTo(200);
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
