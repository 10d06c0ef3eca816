package dev.warmgate;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Environment;
import net.sourceforge.argparse4j.inf.Namespace;

/** Dropwizard's {@code server} command; a failed start prints one line without a stack trace. */
final class ServeCommand extends ServerCommand<WarmgateConfiguration> {
  ServeCommand(WarmgateApplication application) {
    super(application);
  }

  @Override
  protected void run(
      Environment environment, Namespace arguments, WarmgateConfiguration configuration)
      throws Exception {
    try {
      super.run(environment, arguments, configuration);
    } catch (Exception failed) {
      throw UnavailablePort.in(failed, configuration, arguments.getString("file"))
          .<Exception>map(unavailable -> unavailable)
          .orElse(failed);
    }
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable failed) {
    cli.getStdErr().println(StartFailure.sentence(failed));
  }
}
