package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.gate.verdict.Invalid;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import dev.warmgate.loadtest.stack.StackFailure;
import io.gatling.app.Gatling$;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Starts a stack, runs the simulations one after the other, judges and reports. Exit status: 0
 * passed, 1 a limit was broken, 2 no valid measurement, 64 wrong usage.
 */
public final class Gate {
  private static final int USAGE = 64;

  /**
   * Whether the process is shutting down, for example after Ctrl-C; later failures are not
   * reported.
   */
  private static volatile boolean stopped;

  private Gate() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out = System.out;
    GateOptions options;
    try {
      options = GateOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE);
      return;
    }
    if (options.checkOnly()) {
      return;
    }
    Files.createDirectories(options.output());
    // Gatling writes much to the standard output, and takes the stream when it is loaded.
    System.setOut(
        new PrintStream(
            new FileOutputStream(options.output().resolve("gatling.log").toFile()),
            true,
            StandardCharsets.UTF_8));
    options.apply(System.getProperties());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopped = true, "stopped"));
    System.exit(run(options, out).exitStatus());
  }

  private static Verdict run(GateOptions options, PrintStream out) throws InterruptedException {
    try (GateRun run = GateRun.open(System.getProperties(), out)) {
      for (Scenario simulation : options.simulations()) {
        try {
          repeatUntilValid(run, simulation, options);
        } catch (IOException | RuntimeException e) {
          if (stopped) {
            out.println("Stopped before the end: no verdict.");
            return Verdict.INVALID;
          }
          // Earlier results stay in the report.
          run.addFailed(simulation, reason(e));
          break;
        }
      }
      return run.report();
    } catch (IOException | RuntimeException e) {
      out.println("INVALID " + reason(e));
      return Verdict.INVALID;
    }
  }

  /** Repeats a simulation only if the measurement was disturbed, never because it failed. */
  private static void repeatUntilValid(GateRun run, Scenario scenario, GateOptions options)
      throws IOException, InterruptedException {
    simulate(run, scenario, options.output());
    for (int next = 2; next <= options.attempts() && run.lastWasDisturbed(); next++) {
      run.repeatLast(next, options.attempts());
      simulate(run, scenario, options.output());
    }
    run.endAttempts();
  }

  private static void simulate(GateRun run, Scenario scenario, Path output)
      throws IOException, InterruptedException {
    int before = run.results().size();
    run.prepare(scenario);
    Gatling$.MODULE$.fromArgs(
        new String[] {"-s", scenario.simulation(), "-rf", output.resolve("gatling").toString()});
    if (run.results().size() == before) {
      throw new Invalid("did not complete; see " + output.resolve("gatling.log"));
    }
    run.completeLast(newestReport(output, scenario.reportPrefix()));
  }

  /**
   * Returns the root reason: Gatling creates simulations by reflection, which wraps their
   * exceptions.
   */
  private static String reason(Exception failure) {
    Throwable cause = failure;
    while (!isPlain(cause) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return isPlain(cause) ? cause.getMessage() : cause.toString();
  }

  private static boolean isPlain(Throwable cause) {
    return cause instanceof Invalid || cause instanceof StackFailure;
  }

  private static String newestReport(Path output, String prefix) throws IOException {
    try (Stream<Path> reports = Files.list(output.resolve("gatling"))) {
      return reports
          .filter(path -> path.getFileName().toString().startsWith(prefix))
          .max(Comparator.comparing(Path::getFileName))
          .map(path -> output.relativize(path).toString())
          .orElse("");
    }
  }
}
