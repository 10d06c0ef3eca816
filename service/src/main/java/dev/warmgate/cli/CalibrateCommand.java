package dev.warmgate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.warmgate.password.Calibration;
import dev.warmgate.password.LibraryComparison;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jspecify.annotations.Nullable;

/**
 * {@code calibrate}: measures what password hashing costs on this machine, what the other library
 * and huge pages are worth, and suggests parameters; changes nothing.
 */
public final class CalibrateCommand extends Command {
  private static final Duration EACH = Duration.ofMillis(700);

  private final Duration each;
  private final PrintWriter out;
  private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
  private final boolean onTerminal =
      Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();

  public CalibrateCommand() {
    this(EACH, new PrintWriter(System.out, true, StandardCharsets.UTF_8));
  }

  /**
   * @param each how long to measure each set of parameters, and each library in each round
   */
  CalibrateCommand(Duration each, PrintWriter out) {
    super("calibrate", "Measures what password hashing costs on this machine, in about 30 seconds");
    this.each = each;
    this.out = out;
  }

  @Override
  public void configure(Subparser parser) {
    parser
        .addArgument("--target-ms")
        .dest("target")
        .metavar("MS")
        .type(Integer.class)
        .choices(Arguments.range(1, 1000))
        .help("suggest the strongest parameters whose hash takes at most that long under load");
    parser
        .addArgument("--threads")
        .type(Integer.class)
        .choices(Arguments.range(1, 64))
        .setDefault(Runtime.getRuntime().availableProcessors())
        .help("hashes computed at once (default: one per processor)");
    parser
        .addArgument("--library")
        .metavar("PATH")
        .help("compare this libargon2 with libsodium (default: HASHING_LIBRARY)");
    parser.addArgument("--json").action(Arguments.storeTrue()).help("print JSON, not a table");
    parser.epilog("Run it on an idle machine. Exit status: 0 measured, 64 usage.");
  }

  @Override
  public void run(@Nullable Bootstrap<?> bootstrap, Namespace arguments)
      throws JsonProcessingException {
    int threads = arguments.getInt("threads");
    @Nullable Integer target = arguments.getInt("target");
    String inUse = Objects.requireNonNullElse(System.getenv("HASHING_LIBRARY"), "").strip();
    Calibration calibration = new Calibration(threads, each, inUse, this::progress);
    List<Calibration.Row> rows = new ArrayList<>(calibration.measureOwasp());
    if (target != null) {
      rows.addAll(calibration.measureStronger(rows, target));
    }
    LibraryComparison.Result libraries =
        new LibraryComparison(threads, each, this::progress)
            .measure(Objects.requireNonNullElse(arguments.getString("library"), inUse));
    progress("");
    Optional<Calibration.Row> chosen =
        target == null ? Optional.empty() : Calibration.strongest(rows, target);
    if (arguments.getBoolean("json")) {
      out.println(json(threads, calibration.library(), rows, chosen, libraries));
      return;
    }
    table(threads, calibration.library(), rows);
    if (target != null) {
      out.println(choice(target, chosen));
    }
    table(threads, libraries);
  }

  @Override
  public void onError(Cli cli, Namespace arguments, Throwable failed) {
    cli.getStdErr().println("warmgate calibrate: " + failed.getMessage());
  }

  private void progress(String doing) {
    if (onTerminal) {
      err.print("\r\033[K" + doing);
      err.flush();
    }
  }

  private void table(int threads, String library, List<Calibration.Row> rows) {
    out.printf(
        "Argon2id by %s, %d hashes at once, median times:%n%n"
            + "  m (KiB)  t  p  ms alone  ms busy  logins/s  per core  MiB at most  OWASP's minimum%n",
        library, threads);
    for (Calibration.Row row : rows) {
      out.printf(
          "  %7d  %d  1  %8.1f  %7.1f  %8.1f  %8.1f  %11d  %s%n",
          row.parameters().memoryKib(),
          row.parameters().iterations(),
          row.aloneMs(),
          row.busyMs(),
          row.loginsPerSecond(),
          row.loginsPerSecondAndCore(),
          row.memoryMib(),
          row.meetsOwasp() ? "met" : "not met");
    }
  }

  private void table(int threads, LibraryComparison.Result libraries) {
    out.printf(
        "%nLibraries and huge pages (%s), m=%d KiB, t=%d, %d hashes at once, in turns:%n%n"
            + "  hashes/s  times  huge pages  library%n",
        libraries.transparentHugePages(),
        libraries.parameters().memoryKib(),
        libraries.parameters().iterations(),
        threads);
    for (LibraryComparison.Row row : libraries.rows()) {
      out.printf(
          "  %8.1f  %5.2f  %-10s  %s%n",
          row.hashesPerSecond(), row.worth(), row.hugePages() ? "yes" : "no", row.library());
    }
    libraries.notes().forEach(note -> out.printf("%n%s%n", note));
  }

  private static String choice(int target, Optional<Calibration.Row> chosen) {
    return chosen
        .map(row ->
            """

            The strongest within %d ms under load:

              HASHING_MEMORY_KIB=%d HASHING_ITERATIONS=%d

            or in warmgate.yml:

              hashing:
                memory_kib: %2$d
                iterations: %3$d\
            """
                .formatted(target, row.parameters().memoryKib(), row.parameters().iterations()))
        .orElse(
            "%nNo parameters that OWASP allows take %d ms or less here: use the fastest in the table."
                .formatted(target));
  }

  private static String json(
      int threads,
      String library,
      List<Calibration.Row> rows,
      Optional<Calibration.Row> chosen,
      LibraryComparison.Result libraries)
      throws JsonProcessingException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("threads", threads);
    report.put("library", library);
    report.put("rows", rows);
    report.put("libraries", libraries);
    chosen.ifPresent(row -> report.put("chosen", row.parameters()));
    return new ObjectMapper()
        .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .writerWithDefaultPrettyPrinter()
        .writeValueAsString(report);
  }
}
