package dev.warmgate.loadtest.production;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/** The table of what was killed or changed, and what it cost; {@code scripts/test.sh} prints it. */
final class OutageTable {
  private static final Path TABLE = Path.of("target", "production.md");
  private static final String HEAD =
      """
      | what happened | no login for | acknowledged | lost | seed |
      |---|---|---|---|---|
      """;

  private OutageTable() {}

  /** Adds a row: all that was acknowledged is still there, or the test had failed before. */
  static synchronized void add(String what, Duration silence, int acknowledged) throws IOException {
    if (!Files.exists(TABLE)) {
      Files.writeString(TABLE, HEAD);
    }
    String row =
        String.format(
            Locale.ROOT,
            "| %s | %.1f s | %d | 0 | %d |%n",
            what,
            silence.toMillis() / 1e3,
            acknowledged,
            UserLoad.SEED);
    Files.writeString(TABLE, row, StandardOpenOption.APPEND);
    System.out.print(row);
  }
}
