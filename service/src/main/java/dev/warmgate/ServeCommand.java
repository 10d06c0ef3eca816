package dev.warmgate;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import net.sourceforge.argparse4j.inf.Namespace;

/** Dropwizard's {@code server} command; a failed start prints one line without a stack trace. */
final class ServeCommand extends ServerCommand<WarmgateConfiguration> {
  ServeCommand(WarmgateApplication application) {
    super(application);
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable failed) {
    cli.getStdErr().println(StartFailure.sentence(failed));
  }
}
