package dev.warmgate.cli;

import static dev.warmgate.cli.Imports.BCRYPT;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Imports files that are odd as files, or that have odd records. */
final class ImportOddFilesIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final Imports IMPORTS = new Imports(DATABASE);

  @TempDir private static Path directory;

  @Test
  void readsAPipeOnce() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> {
          try {
            Files.writeString(pipe, "email\n" + newEmail() + "\n");
          } catch (java.io.IOException failed) {
            throw new IllegalStateException(failed);
          }
        });

    CommandRun done = IMPORTS.run("", "--from", "csv", pipe.toString());

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.err()).contains("created: 1");
    writing.get();
  }

  @Test
  void needsASessionOfItsOwn() throws Exception {
    Path pooled = directory.resolve("pooled.yml");
    Files.writeString(
        pooled,
        Files.readString(Path.of(IMPORTS.configuration()))
            .replace("pooler: none", "pooler: transaction"));

    CommandRun refused =
        CommandRun.importing(
            Map.of(), "email\n", "import", "--config", pooled.toString(), "--from", "csv", "-");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("set DATABASE_URL past the pooler").hasLineCount(1);
  }

  @Test
  void failsIfThereAreNoRecords() throws Exception {
    CommandRun none = IMPORTS.csv("email");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).isEqualTo("The source has no records.\n");

    Path empty = Files.createDirectory(directory.resolve("empty"));
    CommandRun directory = IMPORTS.run("", "--from", "keycloak", empty.toString());
    assertThat(directory.status()).isEqualTo(1);
    assertThat(directory.err()).startsWith("There is no file ").contains("*.json");
  }

  @Test
  void showsADryRunOfPasswordsThatFollowTheirAccounts() {
    CommandRun done =
        IMPORTS.run(
            Map.of(),
            """
            {"user_id": "auth0|1", "email": "one@auth0.example"}
            {"user_id": "auth0|2", "email": "two@auth0.example"}
            {"_id": {"$oid": "1"}, "passwordHash": "%1$s"}
            {"_id": {"$oid": "3"}, "passwordHash": "%1$s"}
            """
                .formatted(BCRYPT),
            "--from",
            "auth0",
            "--dry-run",
            "-");

    assertThat(done.out())
        .isEqualTo("standard input:4: is a password of an account that was not imported\n");
    assertThat(done.err()).contains("changed: 1, created: 2, refused: 1");
  }

  /** The rate makes batches of one record. */
  @Test
  void showsInADryRunThatAnAddressOccursTwice() {
    String email = newEmail();
    CommandRun done =
        IMPORTS.run(
            Map.of(),
            "id,email\na," + email + "\nb," + email + "\n",
            "--from",
            "csv",
            "--rate",
            "1",
            "--dry-run",
            "-");

    assertThat(done.out()).isEqualTo("standard input:3: has the address of another account\n");
    assertThat(done.err()).contains("created: 1, refused: 1");
  }

  @Test
  void printsNoCellAsTheNameOfAColumn() {
    CommandRun done = IMPORTS.run(BCRYPT + ",victim@example.com\n", "--from", "supabase", "-");

    assertThat(done.status()).isEqualTo(1);
    assertThat(done.err())
        .startsWith("standard input:1: the first line does not name the columns")
        .doesNotContain("$2a$", "victim");
  }

  @Test
  void saysThatAFileIsNotUtf8() throws Exception {
    Path file = directory.resolve("latin1.csv");
    Files.write(
        file, ("email,locale\n" + newEmail() + ",\u00e4\n").getBytes(StandardCharsets.ISO_8859_1));

    assertThat(IMPORTS.run("", "--from", "csv", file.toString()).err())
        .matches(
            "latin1.csv:[12]: the text at or after this line is not UTF-8, so the rest was not"
                + " read\n");
  }

  @Test
  void reportsInTheOrderOfTheFile() throws Exception {
    UUID id = UUID.randomUUID();
    IMPORTS.csv("id,email", id + "," + newEmail());
    try (Connection connection = Dependencies.asSuperuser(DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM account_source WHERE account_id = '" + id + "'");
    }

    CommandRun done = IMPORTS.csv("id,email", "1,no address", id + "," + newEmail(), "3,none");

    assertThat(done.out().lines())
        .containsExactly(
            "standard input:2: has no valid e-mail address",
            "standard input:3: has the id of an account that was made here",
            "standard input:4: has no valid e-mail address");
  }

  @Test
  void doesNotGoOnWithOtherOptions() throws Exception {
    Path file = directory.resolve("options.csv");
    Files.writeString(file, "email\n" + newEmail() + "\n" + newEmail() + "\n");
    IMPORTS.run("", "--from", "csv", file.toString());
    try (Connection connection = Dependencies.asSuperuser(DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE account_import SET finished_at = NULL, done = 1");
    }

    CommandRun other = IMPORTS.run("", "--from", "csv", "--confirmed", file.toString());

    assertThat(other.err()).doesNotContain("An earlier run").contains("changed: 2");
  }

  @Test
  void listsNoRunThatHasStoredNothing() {
    IMPORTS.run("email,\"", "--from", "csv", "--source-name", "nothing", "-");

    assertThat(IMPORTS.run("", "--status").out()).doesNotContain("no records");
  }
}
