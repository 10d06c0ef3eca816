package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.gate.measure.Capacity;
import dev.warmgate.loadtest.gate.measure.Progress;
import dev.warmgate.loadtest.gate.report.Report;
import dev.warmgate.loadtest.gate.report.ReportFiles;
import dev.warmgate.loadtest.gate.report.Result;
import dev.warmgate.loadtest.gate.report.RunEnvironment;
import dev.warmgate.loadtest.gate.report.TextReport;
import dev.warmgate.loadtest.gate.scene.Scene;
import dev.warmgate.loadtest.gate.scene.Target;
import dev.warmgate.loadtest.gate.simulation.LoadProfile;
import dev.warmgate.loadtest.gate.simulation.Plan;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import dev.warmgate.loadtest.load.Accounts;
import dev.warmgate.loadtest.load.Deployment;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * One run of the gate: the service under load, its accounts, limits and results. It decides the
 * plan of each simulation before Gatling creates it. Closing it stops everything that it started.
 */
final class GateRun implements AutoCloseable {
  private final PrintStream out;
  private final Progress progress;
  private final Thresholds thresholds;
  private final LoadProfile profile;
  private final Target target;
  private final Accounts accounts;
  private final List<Result> results = new ArrayList<>();
  private final RunEnvironment environment;
  private final Path output;
  private Optional<Capacity> lastCapacity = Optional.empty();
  private volatile Scene scene;
  private int attempt = 1;
  private boolean closed;

  private GateRun(Properties properties, PrintStream out) throws IOException, InterruptedException {
    this.out = out;
    progress = new Progress(out, Boolean.parseBoolean(properties.getProperty("gate.tty")));
    thresholds = Thresholds.from(properties);
    profile = LoadProfile.from(properties);
    output = Path.of(properties.getProperty("gate.output", "target/gate"));
    String url = properties.getProperty("gate.url", "");
    Path project = Path.of(properties.getProperty("warmgate.root", ".."));
    target =
        url.isEmpty()
            ? Target.started(project, properties.getProperty("gate.directory", ""), progress::line)
            : Target.at(url, serviceKey());
    accounts = new Accounts(profile.accounts(), target.deployment());
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
    target.verify();
    boolean own = target.stack().isPresent();
    environment =
        RunEnvironment.of(
            project,
            properties.getProperty("gate.profile", "") + profile,
            own ? "the gate's own stack" : target.baseUrl(),
            own,
            target.hasTraces());
    accounts.register();
  }

  /** Starts the service if it is the gate's own, and registers the accounts. */
  static GateRun open(Properties properties, PrintStream out)
      throws IOException, InterruptedException {
    return new GateRun(properties, out);
  }

  /** Starts what the simulation needs and hands its plan over to the next one that is created. */
  synchronized void prepare(Scenario scenario) throws IOException, InterruptedException {
    closeScene();
    Optional<Capacity> capacity = capacity(scenario);
    double rate =
        LoadProfile.whole(
            profile.rate().isPresent() && scenario.need() != Scenario.Need.MEASURED_ANEW
                ? profile.rate().getAsDouble()
                : scenario.share() * lastCapacity.map(Capacity::visitsPerSecond).orElse(0.0));
    scene = scenario.open(target, accounts, profile);
    Plan.Service service =
        new Plan.Service(
            scene.url(),
            target.deployment().headers(),
            target.serviceKey(),
            target.performanceStatus(),
            target.stack().isPresent());
    Plan.handOver(
        new Plan(
            scenario.title(),
            profile,
            thresholds,
            service,
            scenario.need() == Scenario.Need.NOTHING ? 0 : rate,
            capacity,
            accounts,
            scene.victim(),
            new ObservedStage(scene, target, thresholds, progress, this::add)));
  }

  /** Returns the capacity if it is measured for this simulation. */
  private Optional<Capacity> capacity(Scenario scenario) throws InterruptedException {
    boolean anew =
        switch (scenario.need()) {
          case NOTHING -> false;
          case KNOWN -> profile.rate().isEmpty() && lastCapacity.isEmpty();
          case MEASURED_ANEW_WITHOUT_A_RATE -> profile.rate().isEmpty();
          case MEASURED_ANEW -> true;
        };
    if (!anew) {
      return Optional.empty();
    }
    int port = target.stack().orElseThrow().address().port();
    progress.line("  Capacity       measuring ...");
    Capacity capacity = Capacity.measure(port, accounts, lastCapacity.isEmpty());
    lastCapacity = Optional.of(capacity);
    progress.line(
        "  Capacity       %.1f logins/s, %.1f visits/s; the machine's own %.1f hashes/s"
            .formatted(
                capacity.loginsPerSecond(),
                capacity.visitsPerSecond(),
                capacity.hashesPerSecond()));
    return lastCapacity;
  }

  private void add(Result result) {
    Result numbered = result.asAttempt(attempt);
    results.add(numbered);
    TextReport.of(numbered).forEach(progress::line);
  }

  boolean lastWasDisturbed() {
    return Verdict.isDisturbed(results.getLast().checks());
  }

  /** Marks the last result as replaced by the next one, and says why. */
  void repeatLast(int next, int attempts) {
    Result last = results.removeLast();
    results.addLast(last.asRepeated());
    attempt = next;
    String reasons =
        last.checks().stream()
            .filter(check -> !check.ok())
            .map(Check::line)
            .collect(Collectors.joining("; "));
    progress.line(
        "  %-14s attempt %d of %d: %s"
            .formatted(last.name().replace("Simulation", ""), next, attempts, reasons));
  }

  /** The next result is a first attempt again. */
  void endAttempts() {
    attempt = 1;
  }

  /** Adds a simulation that could not be measured. */
  void addFailed(Scenario scenario, String why) {
    Check check = Check.that(Check.Kind.TARGET, "run", false, why);
    add(Result.of(scenario.title() + "Simulation", 0, List.of(check), Map.of()));
  }

  /** Adds Gatling's report directory, known only now, to the last result. */
  void completeLast(String gatlingDirectory) {
    results.addLast(results.removeLast().withGatling(gatlingDirectory));
  }

  List<Result> results() {
    return List.copyOf(results);
  }

  /** Writes the report and returns the verdict. */
  Verdict report() {
    Report report = Report.of(environment, thresholds, results);
    try {
      ReportFiles.write(report, output, System.getenv(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(TextReport.conclusion(report));
    out.println("Report: " + output.resolve("report.html"));
    return report.verdict();
  }

  private void closeScene() throws IOException {
    if (scene != null) {
      scene.close();
      scene = null;
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      closeScene();
      deleteAccounts();
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
   * Returns the key from the environment, which other users of the machine cannot read, unlike
   * arguments and the properties among them.
   */
  private static String serviceKey() {
    return Objects.requireNonNullElse(System.getenv("WARMGATE_SERVICE_KEY"), "");
  }
}
