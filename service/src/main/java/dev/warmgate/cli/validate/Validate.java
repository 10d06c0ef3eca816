package dev.warmgate.cli.validate;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One run of {@code validate}: sends requests, judges the answers, prints a report. Failures of the
 * service become part of the report, never exceptions.
 */
public final class Validate {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int NO_WARMGATE = 2;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;

  /**
   * @param terminal whether a line on {@code err} may be overwritten
   */
  public Validate(PrintWriter out, PrintWriter err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /**
   * The options of a run.
   *
   * @param url without a trailing slash
   * @param serviceKey empty if there is none
   * @param junit where to write the JUnit XML report
   */
  public record Options(
      URI url,
      String serviceKey,
      boolean logins,
      boolean json,
      Optional<Path> junit,
      Duration timeout) {
    /** Never prints the key. */
    @Override
    public String toString() {
      return "Options[" + url + "]";
    }
  }

  /**
   * Returns the exit status: 0 all passed, 1 something failed, 2 unreachable or not Warmgate.
   *
   * @throws IOException if the JUnit file cannot be written
   */
  public int run(Options options) throws IOException {
    if (options.junit().isPresent()) {
      // Fails now if the file cannot be written, not after a minute of checks.
      Files.writeString(options.junit().get(), "");
    }
    Progress progress = new Progress(err, terminal);
    try (Deployment service = new Deployment(options.url(), options.timeout())) {
      ValidationReport report =
          new Validation(service, progress).run(options.logins(), options.serviceKey());
      out.println(options.json() ? JsonReport.of(report) : report.text());
      if (options.junit().isPresent()) {
        JunitReport.write(report.findings(), options.junit().get());
      }
      return report.ready() ? PASSED : FAILED;
    } catch (ProbeFailure wrong) {
      progress.done();
      String reason = options.url() + ": " + wrong.getMessage();
      if (options.json()) {
        out.println(JsonReport.of(options.url().toString(), reason));
      }
      err.println(reason);
      if (options.junit().isPresent()) {
        JunitReport.write(
            List.of(Finding.fail("reachable", reason, "a Warmgate", "")), options.junit().get());
      }
      return NO_WARMGATE;
    } finally {
      out.flush();
      err.flush();
    }
  }
}
