package dev.warmgate.cli;

import static dev.warmgate.cli.Imports.BCRYPT;
import static dev.warmgate.cli.Imports.OF_DECOMPOSED;
import static dev.warmgate.cli.Imports.OLD_PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports what contradicts other records, or what is here. */
final class ImportConflictsIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final Imports IMPORTS = new Imports(DATABASE);

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().withManyConnections().with("database.url", DATABASE);

  private final ApiClient api = SERVICE.api();

  @Test
  void tellsTheModelsOfDjangoApart() {
    String user = newEmail();
    String customer = newEmail();
    String row =
        "{\"model\": \"%s\", \"pk\": 901, \"fields\": {\"email\": \"%s\", \"password\": \"\"}}";

    CommandRun done =
        IMPORTS.run(
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
        IMPORTS.run(
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
          IMPORTS.run(
              "id,email\n7001," + newEmail() + "\n", "--from", "csv", "--source-name", name, "-");
      assertThat(done.err()).as(done.toString()).contains("created: 1");
    }
    assertThat(
            SERVICE.value(
                "SELECT string_agg(source, ' ' ORDER BY source) FROM account_source"
                    + " WHERE source_id = '7001'"))
        .isEqualTo("forum shop");
    assertThat(IMPORTS.run("", "--from", "csv", "--source-name", "The Shop", "-").status())
        .isEqualTo(64);
    assertThat(IMPORTS.run("", "--from", "warmgate", "--source-name", "a", "-").status())
        .isEqualTo(64);
  }

  @Test
  void keepsAPasswordThatIsBeingChangedHere() throws Exception {
    UUID id = UUID.randomUUID();
    String email = newEmail();
    IMPORTS.csv("id,email,password_hash", id + "," + email + "," + BCRYPT);

    CommandRun done =
        during(
            "UPDATE account SET password_hash = '$argon2id$here',"
                + " password_version = password_version + 1 WHERE id = '"
                + id
                + "'",
            () -> IMPORTS.csv("id,email,password_hash", id + "," + email + "," + OF_DECOMPOSED));

    assertThat(done.err()).contains("password changed here: 1");
    assertThat(value("password_hash", id)).isEqualTo("$argon2id$here");
  }

  @Test
  void keepsAnAddressThatIsBeingChangedHere() throws Exception {
    UUID id = UUID.randomUUID();
    String here = newEmail();
    IMPORTS.csv("id,email", id + "," + newEmail());

    during(
        "UPDATE account SET email = '%1$s', email_key = lower('%1$s') WHERE id = '%2$s'"
            .formatted(here, id),
        () -> IMPORTS.csv("id,email", id + "," + newEmail()));

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
    IMPORTS.csv(header, row + ",yes,{}");
    SERVICE.sql("UPDATE account SET disabled_at = NULL WHERE id = ?", id);
    String token = api.login(email, OLD_PASSWORD).text("access_token");

    IMPORTS.csv(header, row + ",yes,\"{\"\"a\"\": 2}\"");

    assertThat(value("user_metadata", id)).isEqualTo("{\"a\": 2}");
    assertThat(value("disabled_at", id)).isNull();
    assertThat(api.me(token).status()).isEqualTo(200);
    IMPORTS.csv(header, row + ",no,{}");
    IMPORTS.csv(header, row + ",yes,{}");
    assertThat(value("disabled_at", id)).as("banned anew").isNotNull();
    Eventually.within(Duration.ofSeconds(5), () -> api.me(token).status() == 401);
  }

  @Test
  void takesOnlyMetadataForAnAdmin() throws Exception {
    UUID id = UUID.randomUUID();
    String email = newEmail();
    String header = "id,email,password_hash,user_metadata";
    IMPORTS.csv(header, id + "," + email + "," + BCRYPT + ",{}");
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE id = ?", id);

    String changed = id + "," + newEmail() + "," + OF_DECOMPOSED + ",\"{\"\"a\"\": 1}\"";
    for (int time = 0; time < 2; time++) {
      CommandRun done = IMPORTS.csv(header, changed);
      assertThat(done.status()).isEqualTo(1);
      assertThat(done.out())
          .isEqualTo(
              "standard input:2: is an admin here, so nothing but its metadata was taken over\n");
    }

    assertThat(value("email", id)).isEqualTo(email);
    assertThat(value("password_hash", id)).isEqualTo(BCRYPT);
    assertThat(value("user_metadata", id)).isEqualTo("{\"a\": 1}");
    SERVICE.sql("UPDATE account SET role = 'user' WHERE id = ?", id);
    assertThat(IMPORTS.csv(header, changed).err()).as("demoted").contains("changed: 1");
    assertThat(value("email", id)).isNotEqualTo(email);
  }

  /** The old password is over at the source, so it is over here. */
  @Test
  void keepsNoOldPasswordIfTheNewHashIsRefused() throws Exception {
    String email = newEmail();
    IMPORTS.csv("email,password_hash", email + "," + BCRYPT);

    CommandRun done =
        IMPORTS.csv("email,password_hash", email + "," + BCRYPT.replace("$10$", "$20$"));

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
      CommandRun done = IMPORTS.run(rows, "--from", "supabase", "-");
      assertThat(done.status()).as(done.toString()).isEqualTo(1);
      assertThat(done.out())
          .matches(
              "standard input:[23]: has an identity that belongs to another account;"
                  + " everything else was taken over\n");
      assertThat(done.err()).contains(counted, "without an identity: 1");
    }
  }

  private static String value(String column, UUID id) {
    return SERVICE.value("SELECT " + column + " FROM account WHERE id = ?", id);
  }
}
