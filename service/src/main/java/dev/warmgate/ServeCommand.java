package dev.warmgate;

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
    cli.getStdErr().println(StartFailure.sentence(failed));
  }
}
