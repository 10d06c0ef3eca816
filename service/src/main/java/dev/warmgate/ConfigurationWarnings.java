package dev.warmgate;

import dev.warmgate.database.DatabaseUrl;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what of a valid configuration has no effect, or protects less than production should. */
final class ConfigurationWarnings {
  private ConfigurationWarnings() {}

  /** Returns one line each, which names its key and repeats no value. */
  static List<String> of(WarmgateConfiguration configuration) {
    List<String> warnings = new ArrayList<>();
    boolean production = configuration.mode == WarmgateConfiguration.Mode.PRODUCTION;
    addDatabase("database.url", configuration.database.url(), production, warnings);
    addDatabase(
        "database.migration_url", configuration.database.migrationUrl(), production, warnings);
    configuration.redis.url().warnings().forEach(one -> warnings.add("redis.url: " + one));
    if (production && !configuration.redis.url().verifiesServer()) {
      warnings.add(
          "redis.url: without TLS and a checked certificate (rediss://) anyone on the way can read"
              + " and change what Redis is told");
    }
    return warnings;
  }

  private static void addDatabase(
      String key, @Nullable DatabaseUrl url, boolean production, List<String> warnings) {
    if (url == null) {
      return;
    }
    url.warnings().forEach(ignored -> warnings.add(key + ": " + ignored));
    if (production && !url.verifiesServer()) {
      warnings.add(
          key
              + ": the server's certificate is not checked, which sslmode=require does not do"
              + " either; use sslmode=verify-full");
    }
  }
}
