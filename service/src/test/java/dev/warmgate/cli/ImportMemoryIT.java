package dev.warmgate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports several times as much as fits into the memory of the command. */
@Tag("full")
final class ImportMemoryIT {
  private static final String HEAP = "-Xmx64m";
  private static final int ACCOUNTS = 40_000;
  private static final int METADATA = 4000;

  @Test
  void takesNoMoreMemoryForMoreAccounts(@TempDir Path directory) throws Exception {
    String database = Dependencies.newDatabaseUrl();
    String configuration = CommandConfiguration.in(directory, database);
    String metadata = ",\"{\"\"text\"\": \"\"" + "x".repeat(METADATA) + "\"\"}\"\n";

    Process importing = Imports.start(configuration, HEAP, "-");
    try (BufferedWriter rows =
        new BufferedWriter(new OutputStreamWriter(importing.getOutputStream(), UTF_8))) {
      rows.write("id,email,user_metadata\n");
      for (int i = 0; i < ACCOUNTS; i++) {
        rows.write(i + ",account." + i + "@example.com" + metadata);
        if (i % 100 == 0) {
          // One that is refused, with a line of its own in the report.
          rows.write(i + ",none" + metadata);
        }
      }
    } finally {
      int status = importing.waitFor();
      assertThat(status).as(Files.readString(Imports.log(configuration))).isEqualTo(1);
    }

    try (Connection connection = Dependencies.asSuperuser(database);
        ResultSet row = connection.createStatement().executeQuery("SELECT count(*) FROM account")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(ACCOUNTS);
    }
  }
}
