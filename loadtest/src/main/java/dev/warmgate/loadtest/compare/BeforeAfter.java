package dev.warmgate.loadtest.compare;

import dev.warmgate.loadtest.fault.FaultProxy;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.Teardown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures the effect of each fix: the same cold start and the same load with all fixes on, with
 * each one off, and with all off, which reproduces the original fault. PostgreSQL is 50 ms away.
 * Argument: the directory for the table. Exits with 2 if the measurement fails.
 */
public final class BeforeAfter {
  /** In each direction, so that a round trip takes 50 ms. */
  private static final Duration DELAY = Duration.ofMillis(25);

  private static final int ROUNDS = Boolean.getBoolean("gate.short") ? 1 : 2;

  /** No trial starts later than this. */
  private static final Duration LATEST = Duration.ofSeconds(510);

  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final int CLIENTS = 8;

  private BeforeAfter() {}

  public static void main(String[] arguments) throws Exception {
    Verdict verdict = Verdict.INVALID;
    try (Teardown teardown = Teardown.atExit()) {
      Table table = measure(teardown);
      table.text().forEach(System.out::println);
      Path directory = Files.createDirectories(Path.of(arguments[0]));
      Files.write(directory.resolve("before-after.md"), table.markdown());
      Files.writeString(directory.resolve("before-after.json"), table.json());
      verdict = Verdict.PASS;
    } catch (RuntimeException | IOException e) {
      System.err.println("INVALID the measurement failed: " + e.getMessage());
    }
    System.exit(verdict.exitStatus());
  }

  private static Table measure(Teardown teardown) throws IOException, InterruptedException {
    final long began = System.nanoTime();
    Path project = Path.of(System.getProperty("warmgate.root"));
    ServiceUnderTest subject = teardown.start(() -> ServiceUnderTest.start(project, false));
    FaultProxy database = teardown.start(() -> FaultProxy.to(subject.stack().postgres().port()));
    database.delay(DELAY);
    subject.logins(CLIENTS, WARM_UP);
    Trial trial = new Trial(subject, database, subject.capacity(CLIENTS, WARM_UP));
    Table table = new Table(Trial.FIGURES);
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<String, Map<String, String>> way : ways().entrySet()) {
        Duration passed = Duration.ofNanos(System.nanoTime() - began);
        if (passed.compareTo(LATEST) > 0) {
          return table;
        }
        System.out.printf("  %3d s  round %d: %s%n", passed.toSeconds(), round + 1, way.getKey());
        Map<String, String> settings = way.getValue();
        boolean aboutHashing = settings.isEmpty() || settings.containsKey("HASHING_BOUND");
        table.add(way.getKey(), trial.run(settings, round == 0 && aboutHashing));
      }
    }
    return table;
  }

  /** Returns the environment variables of each row of the table. */
  private static Map<String, Map<String, String>> ways() {
    Map<String, Map<String, String>> ways = new LinkedHashMap<>();
    ways.put(Table.ALL_ON, Map.of());
    Map<String, String> fixes = new LinkedHashMap<>();
    fixes.put("WARMUP", "all warm-up");
    fixes.put("WARMUP_HTTP", "HTTP self-warming");
    fixes.put("TOKEN_CACHE", "token cache");
    fixes.put("FAST_LANE", "fast lane");
    fixes.put("POOL", "connection pool");
    fixes.put("HASHING_BOUND", "hashing bound");
    Map<String, String> none = new TreeMap<>();
    fixes.forEach((variable, name) -> {
      ways.put("without " + name + " (" + variable + "=off)", Map.of(variable, "off"));
      none.put(variable, "off");
    });
    ways.put("all of them off: the original fault", none);
    return ways;
  }
}
