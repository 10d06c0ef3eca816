package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.remote.Deployment;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The state that the simulations of one run share: the service under load, its accounts, limits and
 * results. A simulation that Maven starts creates its own run, which reports after it.
 */
final class GateRun implements AutoCloseable {
  private static final Duration PROBE_WARM_UP = Duration.ofSeconds(8);
  private static final Duration NEXT_PROBE_WARM_UP = Duration.ofSeconds(1);
  private static GateRun current;

  private final PrintStream out;
  private final Progress progress;
  private final Thresholds thresholds;
  private final LoadProfile profile;
  private final Target target;
  private final Accounts accounts;
  private final List<SimulationResult> results = new ArrayList<>();
  private final Deque<AutoCloseable> owned = new ConcurrentLinkedDeque<>();
  private final Environment environment;
  private final Path output;
  private final boolean alone;
  private Capacity capacity;

  private GateRun(Properties properties, PrintStream out, boolean alone)
      throws IOException, InterruptedException {
    this.out = out;
    this.alone = alone;
    progress = new Progress(out, Boolean.parseBoolean(properties.getProperty("gate.tty")));
    thresholds = Thresholds.from(properties);
    profile = LoadProfile.from(properties);
    output = Path.of(properties.getProperty("gate.output", "target/gate"));
    String url = properties.getProperty("gate.url", "");
    Path project = Path.of(properties.getProperty("warmgate.root", ".."));
    target =
        url.isEmpty()
            ? Target.started(project, properties.getProperty("gate.directory", ""), progress::line)
            : Target.at(url, serviceKey(properties));
    accounts = new Accounts(profile.accounts(), target.deployment());
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
    target.verify();
    environment =
        Environment.of(project, target, properties.getProperty("gate.profile", ""), profile);
    accounts.register();
  }

  /** Opens a run for several simulations, which get it from {@link #current}. */
  static GateRun open(Properties properties, PrintStream out)
      throws IOException, InterruptedException {
    current = new GateRun(properties, out, false);
    return current;
  }

  static synchronized GateRun current() {
    if (current == null) {
      try {
        current = new GateRun(System.getProperties(), System.out, true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Invalid("interrupted", e);
      }
    }
    return current;
  }

  Progress progress() {
    return progress;
  }

  Thresholds thresholds() {
    return thresholds;
  }

  LoadProfile profile() {
    return profile;
  }

  Target target() {
    return target;
  }

  Accounts accounts() {
    return accounts;
  }

  /** Measures the current capacity of the gate's own stack; fails for a service given by --url. */
  Capacity capacity() {
    int port = target.stack().orElseThrow(() -> new Invalid("--url needs --rate")).address().port();
    progress.line("  Capacity       measuring ...");
    try {
      capacity =
          Capacity.measure(port, accounts, capacity == null ? PROBE_WARM_UP : NEXT_PROBE_WARM_UP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Invalid("interrupted", e);
    }
    progress.line(
        "  Capacity       %.1f logins/s, %.1f visits/s; the machine's own %.1f hashes/s"
            .formatted(
                capacity.loginsPerSecond(),
                capacity.visitsPerSecond(),
                capacity.hashesPerSecond()));
    return capacity;
  }

  /** Returns the rate given by --rate, or a share of the last measured capacity. */
  double rate(double share) {
    OptionalDouble wanted = profile.rate();
    if (wanted.isPresent()) {
      return wanted.getAsDouble();
    }
    return share * (capacity == null ? capacity() : capacity).visitsPerSecond();
  }

  void add(SimulationResult result) {
    results.add(result);
    TextReport.of(result).forEach(progress::line);
    if (alone) {
      report();
      close();
    }
  }

  /** Adds a simulation that could not be measured. */
  void addFailed(String simulation, String why) {
    String name = simulation.substring(simulation.lastIndexOf('.') + 1);
    Check check = Check.that(Check.Kind.TARGET, "run", false, why);
    add(
        new SimulationResult(
            name,
            Verdict.of(List.of(check)),
            0,
            0,
            List.of(),
            List.of(check),
            Map.of(),
            List.of(),
            List.of(),
            ""));
  }

  /** Adds Gatling's report directory, known only now, to the last result. */
  void completeLast(String gatlingDirectory) {
    results.addLast(results.removeLast().withGatling(gatlingDirectory));
  }

  List<SimulationResult> results() {
    return List.copyOf(results);
  }

  /** Writes the report and returns the verdict. */
  Verdict report() {
    GateReport report = GateReport.of(environment, thresholds, results);
    try {
      ReportFiles.write(report, output, System.getenv(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(TextReport.conclusion(report));
    out.println("Report: " + output.resolve("report.html"));
    return report.verdict();
  }

  /** Closes the resource at the end of the run, if not before. */
  <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  /** Closes these resources now. */
  void disown(AutoCloseable... resources) {
    for (AutoCloseable resource : resources) {
      owned.remove(resource);
      close(resource);
    }
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException("could not stop everything: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      close(owned.pop());
    }
    deleteAccounts();
    try {
      target.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deletes the accounts of a service given by --url; the gate's own stack is deleted with its
   * accounts.
   */
  private void deleteAccounts() {
    if (target.stack().isPresent()) {
      return;
    }
    try {
      List<Deployment.Account> left = accounts.delete();
      if (!left.isEmpty()) {
        out.println("These accounts could not be deleted at " + target.baseUrl() + ": " + left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns the key from a system property or from the environment, which other users of the
   * machine cannot read.
   */
  private static String serviceKey(Properties properties) {
    return properties.getProperty(
        "gate.service-key", Objects.requireNonNullElse(System.getenv("WARMGATE_SERVICE_KEY"), ""));
  }
}
