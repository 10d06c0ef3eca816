package dev.warmgate.cli;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Imports records that are too large, too deep or odd in another way. */
final class ImportOddRecordsIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final Imports IMPORTS = new Imports(DATABASE);

  @TempDir private static Path directory;

  /** PostgreSQL's text of it is longer than the JSON of the file, and would go to its log. */
  @Test
  void measuresMetadataAsItIsStored() {
    String metadata =
        IntStream.range(0, 1600)
            .mapToObj(n -> "\"\"" + n + "\"\":1")
            .collect(Collectors.joining(","));
    CommandRun done =
        IMPORTS.csv(
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
        IMPORTS.csv(
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
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Imports imports = Imports.in(elsewhere, Dependencies.newDatabaseUrl());
    imports.csv(
        "email,user_metadata",
        newEmail() + ",\"{\"\"n\"\": 1e16000}\"",
        newEmail() + ",\"{\"\"x\"\": " + "[".repeat(490) + "]".repeat(490) + "}\"",
        newEmail() + ",{}");
    Path file = elsewhere.resolve("all.ndjson");
    assertThat(
            CommandRun.exporting("export", "--config", imports.configuration(), file.toString())
                .status())
        .isZero();

    CommandRun again = imports.run("", "--from", "warmgate", file.toString());
    assertThat(again.status()).as(again.toString()).isZero();
    assertThat(again.err()).contains("changed: 3");
  }

  @Test
  void readsOnAfterADeepRecord() {
    String row =
        "{\"model\": \"auth.user\", \"pk\": %d, \"fields\": {\"email\": \"%s\", \"password\": \"\"%s}}\n";
    CommandRun done =
        IMPORTS.run(
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
        IMPORTS.run(
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
      statement.execute(
          """
          INSERT INTO auth.users (id, email, raw_user_meta_data)
          VALUES ('ffffffff-ffff-4fff-bfff-ffffffffffff', '%s',
            jsonb_build_object('picture', repeat('x', 1000000)))
          """
              .formatted(newEmail()));
    }

    CommandRun done =
        IMPORTS.run(Map.of("SOURCE_DATABASE_URL", supabase), "", "--from", "supabase");

    assertThat(done.status()).isEqualTo(1);
    assertThat(done.out())
        .matches(
            """
            auth.users:[12]: has a user_metadata that is nested too deeply
            auth.users:3: has a user_metadata of more than 16 KiB
            """);
    assertThat(done.err()).contains("created: 1, refused: 2");
  }

  @Test
  void ignoresABanOfSpaces() {
    CommandRun done =
        IMPORTS.run(
            Map.of(),
            "id,email,banned_until\n" + UUID.randomUUID() + "," + newEmail() + ",\" \"\n",
            "--from",
            "supabase",
            "-");
    assertThat(done.err()).contains("created: 1");
  }
}
