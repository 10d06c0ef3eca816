package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills an import twice, and lets it go on. */
@Tag("full")
final class ImportKillIT {
  private static final int ACCOUNTS = 40_000;
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @Test
  void goesOnAfterAKill(@TempDir Path directory) throws Exception {
    String configuration = CommandConfiguration.in(directory, DATABASE);
    Path file = directory.resolve("accounts.csv");
    try (BufferedWriter rows = Files.newBufferedWriter(file)) {
      rows.write("id,email\n");
      for (int i = 0; i < ACCOUNTS; i++) {
        rows.write(i + ",account." + i + "@example.com\n");
      }
    }

    for (long kill = 1; kill <= 2; kill++) {
      Process importing =
          Imports.start(configuration, "-Xmx192m", file.toString(), "--rate", "5000");
      long enough = 10_000 * kill;
      Eventually.within(Duration.ofMinutes(2), () -> count("account") >= enough);
      importing.destroyForcibly().waitFor();
      assertThat(count("account")).isLessThan(ACCOUNTS);
    }
    CommandRun last =
        CommandRun.importing(
            Map.of(), "", "import", "--config", configuration, "--from", "csv", file.toString());

    assertThat(last.status()).as(last.toString()).isZero();
    assertThat(last.err())
        .contains("An earlier run has done ")
        .contains("created: " + ACCOUNTS)
        .doesNotContain("unchanged");
    assertThat(count("account")).isEqualTo(ACCOUNTS);
    assertThat(count("account_source")).isEqualTo(ACCOUNTS);
    assertThat(count("account_import")).as("one import, in three runs").isOne();
  }

  private static long count(String table) {
    try (Connection connection = Dependencies.asSuperuser(DATABASE);
        ResultSet row =
            connection.createStatement().executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    } catch (java.sql.SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
