package dev.warmgate.cli;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the delivered configuration with the values of a deployment's environment. */
final class CommandConfiguration {
  private CommandConfiguration() {}

  /** Returns the file's name. */
  static String in(Path directory, String databaseUrl) throws IOException {
    return in(directory, databaseUrl, "");
  }

  /** As {@link #in(Path, String)}, with the URL of the schema's owner. */
  static String in(Path directory, String databaseUrl, String ownersUrl) throws IOException {
    String text =
        Files.readString(Path.of("config/warmgate.yml"))
            .replace("${WARMGATE_MODE:-production}", "development")
            .replace("${DATABASE_URL:-}", databaseUrl)
            .replace("${MIGRATION_DATABASE_URL:-}", ownersUrl)
            .replace("${DATABASE_POOLER:-none}", Dependencies.pooler())
            .replace("${REDIS_URL:-}", Dependencies.redisUrl())
            .replace("${WARMGATE_ISSUER:-}", "http://127.0.0.1:8080")
            .replace("${WARMGATE_KEY_ENCRYPTION_KEYS:-}", RunningService.KEY)
            .replace("${WARMGATE_REFRESH_KEYS:-}", RunningService.KEY)
            .replaceAll("'\\$\\{\\w+:-}'", "")
            .replaceAll("\\$\\{\\w+:-([^}]*)}", "$1");
    return Files.writeString(directory.resolve("warmgate.yml"), text).toString();
  }
}
