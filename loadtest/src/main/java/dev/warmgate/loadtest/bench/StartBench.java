package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.Cpu;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.stack.StackOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the time and processor time from process start to ready: starts the service in several
 * ways by turns and prints medians and their ratios to the first way. Arguments: the number of
 * rounds, then the ways, none for all. Other load on the machine distorts the elapsed time more
 * than the processor time.
 */
public final class StartBench {
  private static final Pattern WARM = Pattern.compile("warm after=(\\d+)ms.*");
  private static final Pattern LISTENS = Pattern.compile("Started application@.*");
  private static final Pattern STEP = Pattern.compile("name=([a-z-]+), .*?durationMs=(\\d+)");

  /** The environment variables of each way to start. */
  private static final Map<String, Map<String, String>> WAYS = ways();

  private StartBench() {}

  /**
   * @param seconds from the start of the process until it listens and is warm
   * @param steps the seconds of each warm-up step
   */
  record Start(double seconds, double cpuSeconds, Map<String, Double> steps) {}

  private static Map<String, Map<String, String>> ways() {
    Map<String, Map<String, String>> ways = new LinkedHashMap<>();
    ways.put("plain", Map.of("AGENT", "off", "AOT", "off"));
    ways.put("plain-cold", Map.of("AGENT", "off", "AOT", "off", "WARMUP", "off"));
    ways.put("aot", Map.of("AGENT", "off"));
    ways.put("aot-cold", Map.of("AGENT", "off", "WARMUP", "off"));
    ways.put("agent-plain", Map.of("AOT", "off"));
    ways.put("agent-cold", Map.of("WARMUP", "off"));
    ways.put("agent", Map.of());
    return ways;
  }

  public static void main(String[] arguments) throws Exception {
    int times = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
    List<String> wanted =
        arguments.length < 2
            ? List.copyOf(WAYS.keySet())
            : List.of(arguments).subList(1, arguments.length);
    print(measure(times, wanted));
  }

  /** Starts in all ways by turns; returns the starts of each. */
  static Map<String, List<Start>> measureAll(int times) throws Exception {
    return measure(times, List.copyOf(WAYS.keySet()));
  }

  private static Map<String, List<Start>> measure(int times, List<String> wanted) throws Exception {
    Map<String, List<Start>> starts = new LinkedHashMap<>();
    Path directory = Files.createTempDirectory("warmgate-start");
    try {
      // Records the cache if this build has none.
      start("aot", directory);
      for (int i = 0; i < times; i++) {
        for (String way : wanted) {
          starts.computeIfAbsent(way, name -> new ArrayList<>()).add(start(way, directory));
        }
      }
    } finally {
      System.out.println("logs in " + directory);
    }
    return starts;
  }

  private static Start start(String way, Path directory) throws Exception {
    Path project = Path.of(System.getProperty("warmgate.root", "."));
    StackOptions options = new StackOptions(project, directory, 0, 0, false, WAYS.get(way));
    try (Stack stack = Stack.started(options, line -> {})) {
      double cpu = Cpu.seconds(stack.service().pid());
      return start(Files.readAllLines(directory.resolve("service.log")), cpu);
    }
  }

  /** Reads from the log when the service was ready, and how long each step took. */
  private static Start start(List<String> log, double cpu) {
    Matcher warm = WARM.matcher(Json.field(line(log, WARM), "message"));
    boolean _ = warm.matches();
    Map<String, Double> steps = new LinkedHashMap<>();
    Matcher step = STEP.matcher(warm.group());
    while (step.find()) {
      steps.put(step.group(1), Integer.parseInt(step.group(2)) / 1e3);
    }
    // Without most of its steps, the service is warm before it listens.
    Duration later = Duration.between(at(line(log, WARM)), at(line(log, LISTENS)));
    double seconds = Integer.parseInt(warm.group(1)) / 1e3;
    return new Start(seconds + Math.max(0, later.toMillis() / 1e3), cpu, steps);
  }

  private static String line(List<String> log, Pattern message) {
    return log.stream()
        .filter(line -> message.matcher(Json.field(line, "message")).matches())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the service did not log " + message));
  }

  private static Instant at(String line) {
    return Instant.parse(Json.field(line, "timestamp"));
  }

  private static void print(Map<String, List<Start>> starts) {
    List<Start> first = starts.values().iterator().next();
    System.out.printf("%-14s %10s %8s %10s %8s%n", "start", "ready s", "ratio", "CPU s", "ratio");
    starts.forEach((way, all) -> {
      double seconds = Bars.median(all.stream().map(Start::seconds).toList());
      double cpu = Bars.median(all.stream().map(Start::cpuSeconds).toList());
      System.out.printf(
          "%-14s %10.2f %8.2f %10.2f %8.2f%n",
          way,
          seconds,
          seconds / Bars.median(first.stream().map(Start::seconds).toList()),
          cpu,
          cpu / Bars.median(first.stream().map(Start::cpuSeconds).toList()));
    });
  }
}
