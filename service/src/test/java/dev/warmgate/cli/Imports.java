package dev.warmgate.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs the import command against one database, with a configuration of its own. */
final class Imports implements BeforeAllCallback, AfterAllCallback {
  /** Go's test vector, made of {@link #OLD_PASSWORD} as Supabase Auth makes its hashes. */
  static final String BCRYPT = "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga";

  static final String OLD_PASSWORD = "allmine";

  /** Werkzeug's hash of a decomposed "café au lait". */
  static final String OF_DECOMPOSED =
      "pbkdf2:sha1:10000$buxhkmM9IFDTQzmF$b75a51a83301c00ab299641c817c9b56fcbc4a06";

  private final String databaseUrl;
  private Path directory;
  private String configuration;

  Imports(String databaseUrl) {
    this.databaseUrl = databaseUrl;
  }

  /** Returns one whose configuration is in that directory, which the caller deletes. */
  static Imports in(Path directory, String databaseUrl) throws IOException {
    Imports imports = new Imports(databaseUrl);
    imports.configuration = CommandConfiguration.in(directory, databaseUrl);
    return imports;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    directory = Files.createTempDirectory("imports");
    configuration = CommandConfiguration.in(directory, databaseUrl);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    Files.delete(Path.of(configuration));
    Files.delete(directory);
  }

  /** Returns the file's name. */
  String configuration() {
    return configuration;
  }

  /** Starts a process that imports a CSV; it logs beside the configuration. */
  static Process start(String configuration, String jvmOption, String... arguments)
      throws IOException {
    List<String> command =
        Stream.of(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    jvmOption,
                    "-jar",
                    "target/warmgate.jar",
                    "import",
                    "--config",
                    configuration,
                    "--from",
                    "csv"),
                Stream.of(arguments))
            .flatMap(part -> part)
            .toList();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log(configuration).toFile())
        .start();
  }

  static Path log(String configuration) {
    return Path.of(configuration).resolveSibling("import.log");
  }

  /** Imports a CSV of these rows. */
  CommandRun csv(String header, String... rows) {
    return run(header + "\n" + String.join("\n", rows) + "\n", "--from", "csv", "-");
  }

  CommandRun run(String input, String... arguments) {
    return run(Map.of(), input, arguments);
  }

  CommandRun run(Map<String, String> environment, String input, String... arguments) {
    return CommandRun.importing(
        environment,
        input,
        Stream.concat(Stream.of("import", "--config", configuration), Stream.of(arguments))
            .toArray(String[]::new));
  }
}
