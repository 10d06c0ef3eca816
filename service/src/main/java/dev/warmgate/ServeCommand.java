package dev.warmgate;

import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.UndefinedEnvironmentVariableException;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import net.sourceforge.argparse4j.inf.Namespace;

/** Dropwizard's {@code server}, which says in one line and without a stack why it did not start. */
final class ServeCommand extends ServerCommand<WarmgateConfiguration> {
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
    return message
        .strip()
        .replaceAll(
            "Failed to parse configuration at: (\\S+); Cannot construct .*?, problem: ", "$1 ")
        .replaceAll("\\s*at \\[Source: [^\\]]*\\]( \\(through reference chain: .*\\))?", "")
        .replaceAll("\\s*\\R\\s*", " ");
  }
}
