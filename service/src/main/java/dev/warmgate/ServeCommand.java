package dev.warmgate;

import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.UndefinedEnvironmentVariableException;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import java.util.Locale;
import java.util.regex.Pattern;
import net.sourceforge.argparse4j.inf.Namespace;

/** Dropwizard's {@code server}, which says in one line and without a stack why it did not start. */
final class ServeCommand extends ServerCommand<WarmgateConfiguration> {
  private static final Pattern OUR_KEY =
      Pattern.compile("(?m)^ *\\* (?!server|logging|health|metrics|admin)\\S+");

  ServeCommand(WarmgateApplication application) {
    super(application);
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable failed) {
    if (failed instanceof ConfigurationException
        || failed instanceof UndefinedEnvironmentVariableException) {
      cli.getStdErr().println(oneLine(failed.getMessage()));
    } else {
      Throwable root = failed;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      cli.getStdErr()
          .println("warmgate did not start: " + oneLine(String.valueOf(root.getMessage())));
    }
  }

  private static String oneLine(String message) {
    return keysAsInTheFile(message)
        .strip()
        .replaceAll(
            "Failed to parse configuration at: (\\S+); Cannot construct .*?, problem: ", "$1 ")
        .replaceAll("\\s*at \\[Source: [^\\]]*\\]( \\(through reference chain: .*\\))?", "")
        .replaceAll("\\s*\\R\\s*", " ");
  }

  /** Validation names Java's properties; in the file all but Dropwizard's own are in snake case. */
  private static String keysAsInTheFile(String message) {
    return OUR_KEY
        .matcher(message)
        .replaceAll(
            key -> key.group().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT));
  }
}
