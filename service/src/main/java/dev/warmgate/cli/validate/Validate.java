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
 * One run of {@code validate}: asks, judges, prints. What goes wrong outside is part of the
 * verdict, never an exception.
 */
public final class Validate {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int NO_WARMGATE = 2;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;

  /**
   * @param terminal whether a line on {@code err} may be written over
   */
  public Validate(PrintWriter out, PrintWriter err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /**
   * What is asked for.
   *
   * @param url without a slash at its end
   * @param serviceKey empty if there is none
   * @param junit where to write JUnit's XML
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
   * Gives the exit status: 0 all passed, 1 something failed, 2 no Warmgate there.
   *
   * @throws IOException if the JUnit file cannot be written
   */
  public int run(Options options) throws IOException {
    if (options.junit().isPresent()) {
      // Now, not after a minute of checks.
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
