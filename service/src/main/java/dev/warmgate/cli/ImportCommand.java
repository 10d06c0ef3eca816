package dev.warmgate.cli;

import dev.warmgate.CommandServices;
import dev.warmgate.account.ForeignHashDao;
import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.transfer.ImportDao;
import dev.warmgate.transfer.ImportReport;
import dev.warmgate.transfer.ImportStatus;
import dev.warmgate.transfer.Importer;
import dev.warmgate.transfer.source.MalformedSource;
import dev.warmgate.transfer.source.Source;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jspecify.annotations.Nullable;

/**
 * {@code import}: takes over accounts, with their passwords, from another service. Can be repeated,
 * also while services run. Standard output has a line for each record that was left out.
 */
public final class ImportCommand extends OperatorCommand {
  private static final String SOURCE_URL = "SOURCE_DATABASE_URL";
  private static final int MOST_PER_SECOND = 1_000_000;

  private final Map<String, String> environment;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  public ImportCommand() {
    this(System.getenv(), System.in, System.out, System.err);
  }

  ImportCommand(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
    super("import", "Takes over accounts, with their passwords, from another service");
    this.environment = environment;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  @Override
  void addArguments(Subparser parser) {
    parser.addArgument("--from").choices(Source.NAMES).help("where the accounts are from");
    parser
        .addArgument("input")
        .nargs("?")
        .metavar("FILE")
        .help("the export, - for standard input; of Keycloak also a directory");
    parser
        .addArgument("--source-name")
        .dest("source_name")
        .metavar("NAME")
        .help("tell this source from others of the same kind, whose ids may be equal");
    parser.addArgument("--passwords").metavar("HASHES").help("Auth0's file of password hashes");
    parser
        .addArgument("--hash-config")
        .dest("hash_config")
        .metavar("PARAMETERS")
        .help("Firebase's hash parameters, as its console shows them");
    parser
        .addArgument("--confirmed")
        .action(Arguments.storeTrue())
        .help("count every address as proven, whatever the source tells");
    parser
        .addArgument("--rate")
        .metavar("N")
        .help(
            "take over at most N accounts a second; by default 1000 while people use the service");
    parser
        .addArgument("--dry-run")
        .dest("dry_run")
        .action(Arguments.storeTrue())
        .help("change nothing, and tell what would happen");
    parser
        .addArgument("--status")
        .action(Arguments.storeTrue())
        .help("print the last imports, and how many hashes of which kind are left");
    parser.epilog(
        "Without FILE, --from supabase reads the database of SOURCE_DATABASE_URL. Exit status: 0"
            + " everybody was taken over, 1 something was left out, 64 usage.");
  }

  @Override
  void run(CommandServices services, Namespace arguments) throws ExitStatus {
    if (arguments.getBoolean("status")) {
      print(services.importStatus());
      return;
    }
    String from = arguments.getString("from");
    if (from == null) {
      throw ExitStatus.usage("--from is needed: one of " + String.join(", ", Source.NAMES));
    }
    if (services.arePooled()) {
      throw ExitStatus.failed(
          "An import needs a session of PostgreSQL itself: set DATABASE_URL past the pooler, and"
              + " DATABASE_POOLER=none.");
    }
    int rate = mostPerSecond(arguments.getString("rate"));
    Source source = source(from, arguments);
    ImportProgress progress =
        new ImportProgress(source, out, err, isOnTerminal(), System::nanoTime);
    ImportReport report = take(services, source, progress, rate, arguments);
    progress.clear();
    err.printf(
        Locale.ROOT,
        "%s%s (%.1f s).%n",
        arguments.getBoolean("dry_run") ? "Nothing was changed. It would be: " : "",
        report,
        progress.seconds());
    if (!report.isWhole()) {
      throw new ExitStatus(1);
    }
  }

  private static ImportReport take(
      CommandServices services,
      Source source,
      ImportProgress progress,
      int rate,
      Namespace arguments)
      throws ExitStatus {
    try (ImportDao dao = services.imports()) {
      boolean confirmed = arguments.getBoolean("confirmed");
      @Nullable String name = arguments.getString("source_name");
      Importer.Options options =
          new Importer.Options(
              arguments.getString("from"),
              name,
              source.fingerprint(confirmed, name),
              confirmed,
              arguments.getBoolean("dry_run"),
              rate,
              services.factorSecrets(),
              services.passkeySite());
      return new Importer(dao, options, progress).run(source.reader());
    } catch (MalformedSource | Importer.AlreadyRunning stopped) {
      progress.clear();
      throw ExitStatus.failed(stopped.getMessage());
    } catch (IOException unreadable) {
      progress.clear();
      throw ExitStatus.failed(explained(unreadable));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw ExitStatus.failed("Stopped.");
    }
  }

  /** Returns 0 if no rate is given. */
  private static int mostPerSecond(@Nullable String rate) throws ExitStatus {
    if (rate == null) {
      return 0;
    }
    if (rate.matches("[1-9]\\d{0,6}") && Integer.parseInt(rate) <= MOST_PER_SECOND) {
      return Integer.parseInt(rate);
    }
    throw ExitStatus.usage("--rate needs a whole number from 1 to 1000000, not '" + rate + "'");
  }

  private Source source(String from, Namespace arguments) throws ExitStatus {
    try {
      return Source.of(
          new Source.Description(
              from,
              arguments.getString("input"),
              arguments.getString("passwords"),
              arguments.getString("hash_config"),
              arguments.getString("source_name"),
              sourceUrl()),
          in,
          Clock.systemUTC());
    } catch (IllegalArgumentException wrong) {
      throw ExitStatus.usage(wrong.getMessage());
    } catch (IOException unreadable) {
      throw ExitStatus.failed(explained(unreadable));
    }
  }

  private @Nullable DatabaseUrl sourceUrl() throws ExitStatus {
    String url = environment.getOrDefault(SOURCE_URL, "").strip();
    try {
      return url.isEmpty() ? null : DatabaseUrl.parse(url);
    } catch (IllegalArgumentException malformed) {
      throw ExitStatus.usage(SOURCE_URL + " " + malformed.getMessage());
    }
  }

  private static String explained(IOException unreadable) {
    return unreadable instanceof NoSuchFileException
        ? "There is no file " + unreadable.getMessage() + "."
        : "A file cannot be read: " + unreadable.getMessage();
  }

  private static boolean isOnTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private void print(ImportStatus status) {
    out.println("Imports, the latest first:");
    status.runs().forEach(run -> out.println("  " + run));
    out.printf(Locale.ROOT, "Imported accounts:          %,d%n", status.accounts());
    out.printf(Locale.ROOT, "  without a password:       %,d%n", status.withoutPassword());
    out.println("Hashes that no login has replaced yet:");
    for (ForeignHashDao.Left left : status.hashes()) {
      out.printf(Locale.ROOT, "  %-24s  %,d%n", left.scheme(), left.accounts());
    }
  }
}
