package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports files that are odd as files, or that have odd records. */
final class ImportOddFilesIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();
  private static final String BCRYPT =
      "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga";

  @TempDir private static Path directory;

  private static String configuration;

  @BeforeAll
  static void configure() throws Exception {
    configuration = CommandConfiguration.in(directory, DATABASE);
  }

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

    CommandRun done = run(Map.of(), "", "--from", "csv", pipe.toString());

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.err()).contains("created: 1");
    writing.get();
  }

  @Test
  void needsASessionOfItsOwn() throws Exception {
    Path pooled = directory.resolve("pooled.yml");
    Files.writeString(
        pooled,
        Files.readString(Path.of(configuration)).replace("pooler: none", "pooler: transaction"));

    CommandRun refused =
        CommandRun.importing(
            Map.of(), "email\n", "import", "--config", pooled.toString(), "--from", "csv", "-");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("set DATABASE_URL past the pooler").hasLineCount(1);
  }

  @Test
  void failsIfThereAreNoRecords() throws Exception {
    CommandRun none = csv("email");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).isEqualTo("The source has no records.\n");

    Path empty = Files.createDirectory(directory.resolve("empty"));
    CommandRun directory = run(Map.of(), "", "--from", "keycloak", empty.toString());
    assertThat(directory.status()).isEqualTo(1);
    assertThat(directory.err()).startsWith("There is no file ").contains("*.json");
  }

  @Test
  void showsADryRunOfPasswordsThatFollowTheirAccounts() {
    CommandRun done =
        run(
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
        run(
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
    CommandRun done = run(Map.of(), BCRYPT + ",victim@example.com\n", "--from", "supabase", "-");

    assertThat(done.status()).isEqualTo(1);
    assertThat(done.err())
        .startsWith("standard input:1: the first line does not name the columns")
        .doesNotContain("$2a$", "victim");
  }

  /** PostgreSQL's text of it is longer than the JSON of the file, and would go to its log. */
  @Test
  void measuresMetadataAsItIsStored() {
    String metadata =
        IntStream.range(0, 1600)
            .mapToObj(n -> "\"\"" + n + "\"\":1")
            .collect(Collectors.joining(","));
    CommandRun done =
        csv(
            "email,user_metadata",
            newEmail() + ",\"{" + metadata + "}\"",
            newEmail() + ",\"{\"\"n\"\": 1e20000}\"",
            newEmail() + ",\"{\"\"x\"\": \"\"\\ud800\"\"}\"",
            newEmail() + ",\"{\"\"x\"\": " + "[".repeat(600) + "]".repeat(600) + "}\"",
            newEmail() + ",\"{\"\"x\"\": \"\"\\u0000\"\"}\"",
            newEmail() + ",\"{\"\"n\"\": 1e16000}\"");

    assertThat(done.out().lines())
        .containsExactly(
            "standard input:2: has a user_metadata of more than 16 KiB",
            "standard input:3: has a user_metadata of more than 16 KiB",
            "standard input:4: has a user_metadata that is no valid Unicode",
            "standard input:5: has a user_metadata that is nested too deeply",
            "standard input:6: has a user_metadata that contains a NUL, which PostgreSQL does not"
                + " store");
    assertThat(done.err()).contains("created: 1, refused: 5");
  }

  /** PostgreSQL's own check must never refuse a row: its log would show all of it. */
  @Test
  void measuresToTheByte() throws Exception {
    String json =
        "{\"e\": \"\u00e9\\n\\u0001\ud83d\ude00\\\"\\\\/\", \"n\": [-0.50,1e3,1E-3,0e5,0.00,-7,true,null,{},[]],"
            + "\"deep\":{\"a\":[{\"b\":1}]},\"p\":\"";
    long bytes;
    try (Connection connection = Dependencies.asSuperuser(DATABASE);
        PreparedStatement statement =
            connection.prepareStatement("SELECT octet_length(CAST(CAST(? AS jsonb) AS text))")) {
      statement.setString(1, json + "\"}");
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        bytes = row.getLong(1);
      }
    }
    int left = (int) (16 * 1024 - bytes);

    CommandRun done =
        csv(
            "email,user_metadata",
            newEmail() + "," + quoted(json + "x".repeat(left) + "\"}"),
            newEmail() + "," + quoted(json + "x".repeat(left + 1) + "\"}"));

    assertThat(done.out()).isEqualTo("standard input:3: has a user_metadata of more than 16 KiB\n");
    assertThat(done.err()).contains("created: 1, refused: 1");
  }

  private static String quoted(String cell) {
    return '"' + cell.replace("\"", "\"\"") + '"';
  }

  @Test
  void takesBackWhatItExports() throws Exception {
    String elsewhere = Dependencies.newDatabaseUrl();
    Path other = Files.createDirectory(directory.resolve("elsewhere"));
    String before = configuration;
    configuration = CommandConfiguration.in(other, elsewhere);
    try {
      csv(
          "email,user_metadata",
          newEmail() + ",\"{\"\"n\"\": 1e16000}\"",
          newEmail() + ",\"{\"\"x\"\": " + "[".repeat(490) + "]".repeat(490) + "}\"",
          newEmail() + ",{}");
      Path file = other.resolve("all.ndjson");
      assertThat(
              CommandRun.exporting("export", "--config", configuration, file.toString()).status())
          .isZero();

      CommandRun again = run(Map.of(), "", "--from", "warmgate", file.toString());
      assertThat(again.status()).as(again.toString()).isZero();
      assertThat(again.err()).contains("changed: 3");
    } finally {
      configuration = before;
    }
  }

  @Test
  void readsOnAfterADeepRecord() {
    String row =
        "{\"model\": \"auth.user\", \"pk\": %d, \"fields\": {\"email\": \"%s\", \"password\": \"\"%s}}\n";
    CommandRun done =
        run(
            Map.of(),
            row.formatted(1, newEmail(), "")
                + row.formatted(
                    2, newEmail(), ", \"groups\": " + "[".repeat(1200) + "]".repeat(1200))
                + row.formatted(3, newEmail(), ""),
            "--from",
            "django",
            "-");

    assertThat(done.out())
        .isEqualTo("standard input:2: has an app_metadata that is nested too deeply\n");
    assertThat(done.err()).contains("created: 2, refused: 1");
    CommandRun deeper =
        run(
            Map.of(),
            row.formatted(4, newEmail(), "")
                + row.formatted(5, newEmail(), ", \"x\": " + "[".repeat(20_000)),
            "--from",
            "django",
            "-");
    assertThat(deeper.err()).startsWith("standard input:2: ").contains("nested too deeply");
  }

  @Test
  void refusesTheRowOfASupabaseThatIsNestedTooDeeply() throws Exception {
    String supabase = Dependencies.newEmptyDatabaseUrl();
    try (Connection connection = Dependencies.asSuperuser(supabase);
        Statement statement = connection.createStatement()) {
      statement.execute(
          Files.readString(Path.of("src/test/resources/transfer/supabase-schema.sql")));
      for (int levels : new int[] {1, 1200}) {
        statement.execute(
            "INSERT INTO auth.users (id, email, raw_user_meta_data) VALUES (gen_random_uuid(), '"
                + newEmail()
                + "', CAST(repeat('{\"a\":', "
                + levels
                + ") || 1 || repeat('}', "
                + levels
                + ") AS jsonb))");
      }
    }

    CommandRun done = run(Map.of("SOURCE_DATABASE_URL", supabase), "", "--from", "supabase");

    assertThat(done.status()).isEqualTo(1);
    assertThat(done.out())
        .matches("auth.users:[12]: has a user_metadata that is nested too deeply\n");
    assertThat(done.err()).contains("created: 1, refused: 1");
  }

  @Test
  void saysThatAFileIsNotUtf8() throws Exception {
    Path file = directory.resolve("latin1.csv");
    Files.write(
        file, ("email,locale\n" + newEmail() + ",\u00e4\n").getBytes(StandardCharsets.ISO_8859_1));

    assertThat(run(Map.of(), "", "--from", "csv", file.toString()).err())
        .matches(
            "latin1.csv:[12]: the text at or after this line is not UTF-8, so the rest was not"
                + " read\n");
  }

  @Test
  void reportsInTheOrderOfTheFile() throws Exception {
    UUID id = UUID.randomUUID();
    csv("id,email", id + "," + newEmail());
    try (Connection connection = Dependencies.asSuperuser(DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM account_source WHERE account_id = '" + id + "'");
    }

    CommandRun done = csv("id,email", "1,no address", id + "," + newEmail(), "3,none");

    assertThat(done.out().lines())
        .containsExactly(
            "standard input:2: has no valid e-mail address",
            "standard input:3: has the id of an account that was made here",
            "standard input:4: has no valid e-mail address");
  }

  @Test
  void ignoresABanOfSpaces() {
    CommandRun done =
        run(
            Map.of(),
            "id,email,banned_until\n" + UUID.randomUUID() + "," + newEmail() + ",\" \"\n",
            "--from",
            "supabase",
            "-");
    assertThat(done.err()).contains("created: 1");
  }

  @Test
  void doesNotGoOnWithOtherOptions() throws Exception {
    Path file = directory.resolve("options.csv");
    Files.writeString(file, "email\n" + newEmail() + "\n" + newEmail() + "\n");
    run(Map.of(), "", "--from", "csv", file.toString());
    try (Connection connection = Dependencies.asSuperuser(DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE account_import SET finished_at = NULL, done = 1");
    }

    CommandRun other = run(Map.of(), "", "--from", "csv", "--confirmed", file.toString());

    assertThat(other.err()).doesNotContain("An earlier run").contains("changed: 2");
  }

  @Test
  void listsNoRunThatHasStoredNothing() {
    run(Map.of(), "email,\"", "--from", "csv", "--source-name", "nothing", "-");

    assertThat(run(Map.of(), "", "--status").out()).doesNotContain("no records");
  }

  private static CommandRun csv(String header, String... rows) {
    return run(Map.of(), header + "\n" + String.join("\n", rows) + "\n", "--from", "csv", "-");
  }

  private static CommandRun run(
      Map<String, String> environment, String input, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "import";
    all[1] = "--config";
    all[2] = configuration;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return CommandRun.importing(environment, input, all);
  }
}
