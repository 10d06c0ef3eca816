package dev.warmgate.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.sql.DataSource;

/**
 * Tells from one query whether this build's migrations, and no others, were applied, which is so at
 * nearly every start and spares it loading Flyway. Where it cannot tell, Flyway decides.
 */
final class AppliedMigrations {
  /** The scripts of this build in their order. */
  static final List<String> SCRIPTS =
      List.of(
          "V1__schema.sql",
          "V2__audit_pages.sql",
          "V3__mail.sql",
          "V4__proofs.sql",
          "V5__import.sql",
          "V7__supabase.sql",
          "V8__factors.sql",
          "V9__passkeys.sql",
          "V10__restore.sql",
          "V11__waiting_passwords.sql",
          "V12__purged_challenges.sql",
          "V13__side_by_side.sql",
          "V14__protected_since.sql");

  private static final String FOLDER = "/db/migration/";

  /** Whether there is Flyway's table, which it looks for in the session's first schema only. */
  private static final String HAS_HISTORY =
      "SELECT to_regclass(format('%I.flyway_schema_history', current_schema()))"
          + " = to_regclass('flyway_schema_history')";

  private static final String HISTORY =
      "SELECT script, version, checksum, success FROM flyway_schema_history ORDER BY installed_rank";

  private AppliedMigrations() {}

  /** Returns the state of an up-to-date schema. */
  static Optional<Database.Migrations> upToDate(DataSource connections) {
    Map<String, Integer> applied = new LinkedHashMap<>();
    String newest = null;
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement()) {
      if (!isTrue(statement.executeQuery(HAS_HISTORY))) {
        return Optional.empty();
      }
      try (ResultSet rows = statement.executeQuery(HISTORY)) {
        while (rows.next()) {
          if (!rows.getBoolean("success")) {
            return Optional.empty();
          }
          newest = rows.getString("version");
          applied.put(rows.getString("script"), rows.getInt("checksum"));
        }
      }
    } catch (SQLException unreadable) {
      return Optional.empty();
    }
    return applied.equals(expected())
        ? Optional.of(new Database.Migrations(newest, applied.size(), 0, false))
        : Optional.empty();
  }

  private static boolean isTrue(ResultSet answer) throws SQLException {
    try (answer) {
      return answer.next() && answer.getBoolean(1);
    }
  }

  private static Map<String, Integer> expected() {
    Map<String, Integer> expected = new LinkedHashMap<>();
    for (String script : SCRIPTS) {
      expected.put(script, checksum(script));
    }
    return expected;
  }

  /** Flyway's checksum: the CRC-32 of the lines without their ends. */
  private static int checksum(String script) {
    CRC32 crc = new CRC32();
    try (InputStream file =
            Objects.requireNonNull(AppliedMigrations.class.getResourceAsStream(FOLDER + script));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        crc.update(line.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return (int) crc.getValue();
  }
}
