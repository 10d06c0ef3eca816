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
 * What the simulations of one run share: the service under load, its accounts, limits and results.
 * A simulation that Maven starts makes one of its own, and that judges after it.
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

  /** For a sequence of simulations; {@link #current} hands it to each. */
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

  /** What a stack of our own can do right now; a service elsewhere is never asked that. */
  Capacity capacity() {
    int port = target.stack().orElseThrow(() -> new Invalid("--url needs --rate")).address().port();
    progress.line("  Capacity       measured ...");
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

  /** The rate that was asked for, or a share of the capacity as it was measured last. */
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

  /** One that could not be measured. */
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

  /** To be replaced by the last result with what is known of it only now. */
  void completeLast(String gatlingDirectory) {
    results.addLast(results.removeLast().withGatling(gatlingDirectory));
  }

  List<SimulationResult> results() {
    return List.copyOf(results);
  }

  /** Writes the report; returns what the gate says. */
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

  /** Closes it at the end of the run, if not before. */
  <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  /** Closes these now. */
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
      throw new IllegalStateException("something was not stopped: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      close(owned.pop());
    }
    forgetAccounts();
    try {
      target.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a service that stays; a stack of our own takes its accounts along. */
  private void forgetAccounts() {
    if (target.stack().isPresent()) {
      return;
    }
    try {
      List<Deployment.Account> left = accounts.delete();
      if (!left.isEmpty()) {
        out.println("These accounts are left at " + target.baseUrl() + ": " + left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Of the command line, or of the environment, where other users of the machine see it not. */
  private static String serviceKey(Properties properties) {
    return properties.getProperty(
        "gate.service-key", Objects.requireNonNullElse(System.getenv("WARMGATE_SERVICE_KEY"), ""));
  }
}
