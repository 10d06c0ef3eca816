package dev.warmgate.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.warmgate.CommandServices;
import dev.warmgate.StartFailure;
import dev.warmgate.WarmgateConfiguration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.slf4j.LoggerFactory;

/**
 * A command that works on the data of a running service, with the same configuration. It logs
 * nothing; a failure is one line on standard error.
 */
abstract class OperatorCommand extends Command {
  OperatorCommand(String name, String description) {
    super(name, description);
  }

  /** Adds the command's own arguments. */
  abstract void addArguments(Subparser parser);

  /** Runs the command; no service has been started. */
  abstract void run(CommandServices services, Namespace arguments) throws ExitStatus;

  @Override
  public final void configure(Subparser parser) {
    parser
        .addArgument("--config")
        .metavar("FILE")
        .required(true)
        .help("the service's configuration, with its environment");
    addArguments(parser);
  }

  @Override
  public final void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    @SuppressWarnings("unchecked")
    Bootstrap<WarmgateConfiguration> ours = (Bootstrap<WarmgateConfiguration>) bootstrap;
    WarmgateConfiguration configuration =
        ours.getConfigurationFactoryFactory()
            .create(
                WarmgateConfiguration.class,
                ours.getValidatorFactory().getValidator(),
                ours.getObjectMapper(),
                "dw")
            .build(ours.getConfigurationSourceProvider(), arguments.getString("config"));
    CommandServices services = new CommandServices(configuration);
    try {
      run(services, arguments);
    } finally {
      services.stop();
    }
  }

  @Override
  public final void onError(Cli cli, Namespace arguments, Throwable failed) {
    String message =
        failed instanceof ExitStatus
            ? failed.getMessage()
            : StartFailure.sentence("warmgate " + getName(), failed);
    cli.getStdErr().println(message);
  }
}
