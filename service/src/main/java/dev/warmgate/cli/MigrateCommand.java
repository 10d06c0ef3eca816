package dev.warmgate.cli;

import dev.warmgate.CommandServices;
import java.io.PrintStream;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * {@code migrate}: brings the schema up to date as its owner, so that the service can run with a
 * role that owns nothing. Can be repeated, also while services run.
 */
public final class MigrateCommand extends OperatorCommand {
  private final PrintStream err;

  public MigrateCommand() {
    this(System.err);
  }

  MigrateCommand(PrintStream err) {
    super("migrate", "Brings the schema up to date and grants the service's role its rights");
    this.err = err;
  }

  @Override
  void addArguments(Subparser parser) {
    parser.epilog(
        "Connects with MIGRATION_DATABASE_URL (database.migration_url), the schema's owner. The"
            + " role of DATABASE_URL must exist; it is granted what the service needs. Without"
            + " MIGRATION_DATABASE_URL it connects with DATABASE_URL.");
  }

  @Override
  void run(CommandServices services, Namespace arguments) {
    String version = services.migrate();
    err.println(
        "The schema is at version %s; the role %s may use it."
            .formatted(version, services.serviceRole()));
  }
}
