package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ForeignLoad;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.StackDatabase;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Compares the time in which the command imports a CSV into an empty database with that of COPY of
 * the same rows, in turns, and the logins of a running service during an import with those before.
 */
final class ImportRate implements Benchmark {
  private static final String HEADER =
      "id,email,password_hash,created_at,email_confirmed,user_metadata,app_metadata\n";
  private static final String COLUMNS =
      "account (id, email, password_hash, created_at, user_metadata, app_metadata, email_key, role)";

  private static final String HASH = "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga";
  private static final String METADATA =
      "\"{\"\"name\"\": \"\"Ada Lovelace\"\", \"\"plan\"\": \"\"pro\"\"}\"";

  private static final double SHARE_OF_CAPACITY = 0.25;

  /** After this time without a login, an import does not yield to anybody. */
  private static final Duration UNUSED = Duration.ofSeconds(6);

  @Override
  public void run(Bars bars) throws Exception {
    int accounts = Bench.isShort() ? 5000 : bars.size("bench.import.accounts");
    try (ServiceUnderTest subject = ServiceUnderTest.start(false)) {
      Path directory = Files.createTempDirectory(subject.directory(), "import");
      Path source = directory.resolve("accounts.csv");
      Path rows = directory.resolve("rows.csv");
      write(source, rows, accounts);
      double capacity = subject.capacity(8, Bench.seconds(10, 1));
      compareLogins(bars, subject, source, capacity * SHARE_OF_CAPACITY);
      ForeignLoad foreign = new ForeignLoad(subject.directory());
      compareWithCopy(bars, subject, source, rows, accounts);
      bars.judge(foreign);
    }
  }

  private static void write(Path source, Path rows, int accounts) throws IOException {
    try (BufferedWriter given = Files.newBufferedWriter(source);
        BufferedWriter copied = Files.newBufferedWriter(rows)) {
      given.write(HEADER);
      copied.write("id,email,password_hash,created_at,user_metadata,app_metadata,email_key,role\n");
      for (int i = 0; i < accounts; i++) {
        String email = "account." + i + "@example.org";
        String first = UUID.randomUUID() + "," + email + "," + HASH + ",2024-03-01 10:00:00+00,";
        given.write(first + "true," + METADATA + "," + METADATA + "\n");
        copied.write(first + METADATA + "," + METADATA + "," + email + ",user\n");
      }
    }
  }

  private static void compareWithCopy(
      Bars bars, ServiceUnderTest subject, Path source, Path rows, int accounts) throws Exception {
    Thread.sleep(UNUSED);
    StackDatabase database = subject.stack().database();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Bench.times(3); i++) {
      empty(database);
      long began = System.nanoTime();
      database.copy(COLUMNS, rows);
      double copied = (System.nanoTime() - began) / 1e9;
      empty(database);
      began = System.nanoTime();
      int status = command(subject, source).waitFor();
      double imported = (System.nanoTime() - began) / 1e9;
      bars.wrong("imports that left something out", status);
      bars.wrong(
          "accounts that were not imported",
          (double) (accounts - database.number("SELECT count(*) FROM account_source")));
      bars.note("accounts per second", accounts / imported, "/s");
      bars.note("rows of COPY per second", accounts / copied, "/s");
      ratios.add(imported / copied);
    }
    bars.atMost("bench.import.copy", "time of the import / of COPY", Bars.median(ratios), "");
  }

  private static void empty(StackDatabase database) throws Exception {
    database.run(List.of("TRUNCATE account, account_import CASCADE"));
    database.asSuperuser().run(List.of("CHECKPOINT"));
  }

  private static void compareLogins(
      Bars bars, ServiceUnderTest subject, Path source, double perSecond) throws Exception {
    Duration time = Bench.seconds(20, 1);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Bench.times(3); i++) {
      double before = loginP95(bars, subject, perSecond, time);
      Process importing = command(subject, source);
      double meanwhile;
      try {
        meanwhile = loginP95(bars, subject, perSecond, time);
      } finally {
        importing.destroy();
        int _ = importing.waitFor();
      }
      bars.note("p95 of logins before", before, "ms");
      bars.note("p95 of logins during an import", meanwhile, "ms");
      ratios.add(meanwhile / before);
    }
    bars.atMost(
        "bench.import.login", "p95 of logins during an import / before", Bars.median(ratios), "");
  }

  private static double loginP95(
      Bars bars, ServiceUnderTest subject, double perSecond, Duration time) {
    var logins = subject.load().open(perSecond, time, ServiceUnderTest::login);
    bars.wrong("logins that failed", logins.countOthers(200));
    return logins.percentile(95, 200);
  }

  /** Starts the command as an operator does, while the service runs. */
  private static Process command(ServiceUnderTest subject, Path source) throws IOException {
    Path project = Path.of(System.getProperty("warmgate.root"));
    ProcessBuilder builder =
        new ProcessBuilder(
                project.resolve("scripts/warmgate").toString(),
                "import",
                "--from",
                "csv",
                source.toString())
            .redirectErrorStream(true)
            .redirectOutput(source.resolveSibling("import.log").toFile());
    Map<String, String> environment = environment(subject);
    // Otherwise the script would use the stack of this checkout.
    environment.put("MIGRATION_DATABASE_URL", environment.get("DATABASE_URL"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** The variables of the running stack, as its scripts use them. */
  private static Map<String, String> environment(ServiceUnderTest subject) throws IOException {
    return Files.readAllLines(subject.stack().directory().resolve("stack.env")).stream()
        .map(line -> line.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0],
                pair -> pair[1].replaceAll("^'|'$", ""),
                (one, other) -> other,
                HashMap::new));
  }
}
