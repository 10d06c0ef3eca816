package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.gate.report.Report;
import dev.warmgate.loadtest.gate.report.ReportFiles;
import dev.warmgate.loadtest.gate.report.Result;
import dev.warmgate.loadtest.gate.report.RunEnvironment;
import dev.warmgate.loadtest.gate.report.TextReport;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the claims of loadtest/README.md, each against its bar. Arguments: benchmark names, none
 * for all; one that does not complete stops no other. Exit status, the worst of all: 0 every bar
 * was kept, 1 a bar was broken, 2 the machine was too busy for a valid result, 64 wrong usage.
 * {@code -Dbench.short=true} shortens each benchmark to check only that it runs.
 */
public final class Bench {
  private static final boolean SHORT = Boolean.getBoolean("bench.short");

  private static final Map<String, Benchmark> ALL = all();

  private Bench() {}

  private static Map<String, Benchmark> all() {
    Map<String, Benchmark> all = new LinkedHashMap<>();
    all.put("filters", new FilterChainCost());
    all.put("login", new LoginCost());
    all.put("hashing", new FasterHashing());
    all.put("start", new StartCost());
    all.put("cold-login", new ColdLogin());
    all.put("overload", new Overload());
    all.put("me", new MeCost());
    all.put("keys", new KeysCost());
    all.put("refresh", new RefreshCost());
    all.put("supabase", new SupabaseCost());
    all.put("replicas", new ReplicaCost());
    all.put("memory", new Memory());
    all.put("database-pause", new DatabasePause());
    all.put("watching", new Watching());
    all.put("scale", new Scale());
    all.put("bloat", new Bloat());
    all.put("import", new ImportRate());
    return all;
  }

  static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  static Duration seconds(int full, int shortened) {
    return Duration.ofSeconds(SHORT ? shortened : full);
  }

  static boolean isShort() {
    return SHORT;
  }

  static int times(int full) {
    return SHORT ? 1 : full;
  }

  private static Thresholds thresholds() {
    try {
      return Thresholds.from(System.getProperties());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(64);
      throw e;
    }
  }

  public static void main(String[] names) throws Exception {
    List<String> wanted = names.length == 0 ? names() : List.of(names);
    for (String name : wanted) {
      if (!ALL.containsKey(name)) {
        System.err.printf(
            "No benchmark '%s'; available: %s%n", name, String.join(", ", ALL.keySet()));
        System.exit(64);
      }
    }
    Thresholds thresholds = thresholds();
    List<Result> results = new ArrayList<>();
    for (String name : wanted) {
      System.out.printf("%s%s%n", name, SHORT ? " (short: its figures are not meaningful)" : "");
      Bars bars = new Bars(thresholds);
      try {
        ALL.get(name).run(bars);
      } catch (Exception e) {
        // The other benchmarks still run, and their results stay in the report.
        bars.didNotRun(e.toString());
      }
      results.add(bars.result(name));
    }
    Path project = Path.of(System.getProperty("warmgate.root"));
    RunEnvironment environment =
        RunEnvironment.of(
            project, "benchmarks" + (SHORT ? ", short" : ""), "stacks of their own", true, false);
    Report report = Report.of(environment, thresholds, results);
    Path directory =
        Path.of(
            System.getProperty(
                "bench.output", project.resolve("loadtest/target/bench").toString()));
    ReportFiles.write(report, directory, System.getenv(), System.out);
    TextReport.table(report).forEach(System.out::println);
    System.out.println(TextReport.conclusion(report));
    System.exit(report.verdict().exitStatus());
  }
}
