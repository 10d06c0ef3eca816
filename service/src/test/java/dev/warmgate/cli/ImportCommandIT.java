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
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Imports into the database of a running service, and logs in there. */
final class ImportCommandIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final Imports IMPORTS = new Imports(DATABASE);

  private static final String HASH = "SELECT password_hash FROM account WHERE email = ?";

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  private final ApiClient api = SERVICE.api();

  @Test
  void letsAUserInWithTheOldPasswordAndReplacesTheHash() throws Exception {
    String email = newEmail();
    UUID id = UUID.randomUUID();

    CommandRun done = IMPORTS.csv("id,email,password_hash", id + "," + email + "," + BCRYPT);

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.err()).contains("created: 1");
    assertThat(SERVICE.value(HASH, email)).isEqualTo(BCRYPT);
    assertThat(api.login(email, "not the password").status()).isEqualTo(401);
    Answer login = api.login(email, OLD_PASSWORD);
    assertThat(login.status()).isEqualTo(200);
    assertThat(api.me(login.text("access_token")).text("account_id")).isEqualTo(id.toString());
    Eventually.within(
        Duration.ofSeconds(10), () -> SERVICE.value(HASH, email).startsWith("$argon2id$"));
    assertThat(api.login(email, OLD_PASSWORD).status()).isEqualTo(200);
  }

  /** Others hash what was typed, not its normal form. */
  @Test
  void triesThePasswordAsItWasTyped() throws Exception {
    String email = newEmail();
    IMPORTS.csv("email,password_hash", email + "," + OF_DECOMPOSED);

    assertThat(api.login(email, "caf\u00e9 au lait").status()).as("composed").isEqualTo(401);
    assertThat(api.login(email, "cafe\u0301 au lait").status()).as("as typed").isEqualTo(200);
    Eventually.within(
        Duration.ofSeconds(10), () -> SERVICE.value(HASH, email).startsWith("$argon2id$"));
    assertThat(api.login(email, "caf\u00e9 au lait").status()).as("either now").isEqualTo(200);
    assertThat(api.login(email, "cafe\u0301 au lait").status()).isEqualTo(200);
  }

  @Test
  void takesAnAccountWithoutThePasswordThatItRefuses() throws Exception {
    String email = newEmail();

    CommandRun done =
        IMPORTS.csv("email,password_hash", email + ",5f4dcc3b5aa765d61d8327deb882cf99");

    assertThat(done.status()).isEqualTo(1);
    assertThat(done.out())
        .startsWith("standard input:2: comes without its password: its hash is a plain digest")
        .doesNotContain("5f4dcc3b");
    assertThat(done.err()).contains("created: 1", "without their password: 1");
    assertThat(SERVICE.value(HASH, email)).isNull();
    assertThat(api.login(email, "password").status()).isEqualTo(401);
  }

  /** One row of a batch has a value that only PostgreSQL refuses. */
  @Test
  void leavesOutOnlyTheRowThatPostgresqlRefuses() throws Exception {
    String[] rows =
        IntStream.range(0, 100)
            .mapToObj(n -> newEmail() + "," + UUID.randomUUID() + (n == 42 ? "\0" : ""))
            .toArray(String[]::new);

    CommandRun done = IMPORTS.csv("email,id", rows);

    assertThat(done.status()).isEqualTo(1);
    assertThat(done.err()).contains("created: 99", "refused: 1");
    assertThat(done.out()).startsWith("standard input:44: has a value that PostgreSQL does not");
  }

  @Test
  void changesNothingInADryRun() throws Exception {
    String email = newEmail();

    CommandRun done = IMPORTS.run("email\n" + email + "\n", "--from", "csv", "--dry-run", "-");

    assertThat(done.status()).isZero();
    // The users of the other tests may have slowed it down, which it says first.
    assertThat(done.err()).contains("Nothing was changed. It would be: created: 1");
    assertThat(SERVICE.value("SELECT count(*) FROM account WHERE email = ?", email)).isEqualTo("0");
  }

  @Test
  void recordsEachBatchInTheAuditTrail() throws Exception {
    IMPORTS.csv("email", newEmail(), newEmail());

    assertThat(
            SERVICE.value(
                "SELECT actor || ' ' || (details ->> 'created') || ' ' || (details ->> 'changed')"
                    + " FROM audit_event WHERE event = 'accounts.imported' ORDER BY id DESC LIMIT 1"))
        .isEqualTo("operator 2 0");
  }

  @Test
  void tellsWhatIsLeftToDo() throws Exception {
    IMPORTS.csv("email,password_hash", newEmail() + "," + BCRYPT);

    CommandRun status = IMPORTS.run("", "--status");

    assertThat(status.status()).isZero();
    assertThat(status.out())
        .contains("Imported accounts:", "from csv, finished")
        .containsPattern("bcrypt +[1-9]");
  }

  @Test
  void explainsWrongUsage() throws Exception {
    assertThat(
            List.of(
                IMPORTS.run(""),
                IMPORTS.run("", "--from", "csv"),
                IMPORTS.run("", "--from", "supabase"),
                IMPORTS.run("", "--from", "firebase", "-"),
                IMPORTS.run("", "--from", "csv", "--passwords", "x", "-")))
        .allSatisfy(refused -> {
          assertThat(refused.status()).isEqualTo(64);
          assertThat(refused.err().strip().lines()).hasSize(1);
        });
    for (String rate : List.of("0", "-1", "1000001", "9999999999", "1.5", "many", "")) {
      assertThat(IMPORTS.run("", "--from", "csv", "--rate", rate, "-"))
          .isEqualTo(
              new CommandRun(
                  64, "", "--rate needs a whole number from 1 to 1000000, not '" + rate + "'\n"));
    }
    assertThat(IMPORTS.run("", "--from", "csv", "no-such-file"))
        .isEqualTo(new CommandRun(1, "", "There is no file no-such-file.\n"));
    assertThat(IMPORTS.run("email,shoe_size\n", "--from", "csv", "-").err())
        .startsWith("standard input:1: unknown columns [shoe_size]");
  }
}
