package dev.warmgate;

import dev.warmgate.cli.AdminCommand;
import dev.warmgate.cli.CalibrateCommand;
import dev.warmgate.cli.ExitStatus;
import dev.warmgate.cli.ExportCommand;
import dev.warmgate.cli.ImportCommand;
import dev.warmgate.cli.KeysCommand;
import dev.warmgate.cli.MailCommand;
import dev.warmgate.cli.MigrateCommand;
import dev.warmgate.cli.ServiceKeyCommand;
import dev.warmgate.cli.ValidateCommand;
import dev.warmgate.status.HealthBoard;
import dev.warmgate.telemetry.Telemetry;
import dev.warmgate.warmup.Warmup;
import dev.warmgate.warmup.WarmupMark;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Warmgate service, wired by hand: {@link Services} builds the features; {@link #run} warms
 * them up and registers filters and endpoints. An invalid or unsafe configuration stops the start
 * before {@link #run}.
 */
public final class WarmgateApplication extends Application<WarmgateConfiguration> {
  private static final Logger log = LoggerFactory.getLogger(WarmgateApplication.class);

  public static void main(String[] arguments) throws Exception {
    // Messages, numbers and case are the same everywhere, whatever the locale of the machine.
    Locale.setDefault(Locale.ENGLISH);
    new WarmgateApplication().run(arguments);
  }

  /** Keeps logback.xml, which writes JSON lines, until the configuration replaces it. */
  @Override
  protected void bootstrapLogging() {}

  @Override
  public String getName() {
    return "warmgate";
  }

  @Override
  public void initialize(Bootstrap<WarmgateConfiguration> bootstrap) {
    // Reads the configuration, too.
    bootstrap.setObjectMapper(StrictJson.readValuesByTheirCreator(StrictJson.mapper()));
    bootstrap.setConfigurationSourceProvider(
        new ConfigurationVariables(bootstrap.getConfigurationSourceProvider(), System::getenv));
  }

  @Override
  protected void addDefaultCommands(Bootstrap<WarmgateConfiguration> bootstrap) {
    bootstrap.addCommand(new ServeCommand(this));
    bootstrap.addCommand(new ValidateCommand(System.getenv()));
    bootstrap.addCommand(new ServiceKeyCommand());
    bootstrap.addCommand(new KeysCommand());
    bootstrap.addCommand(new AdminCommand());
    bootstrap.addCommand(new MigrateCommand());
    bootstrap.addCommand(new MailCommand());
    bootstrap.addCommand(new ImportCommand());
    bootstrap.addCommand(new ExportCommand());
    bootstrap.addCommand(new CalibrateCommand());
  }

  private static void giveUp(Throwable stopped) {
    ExitStatus.halt(StartFailure.sentence(stopped), stopped);
  }

  @Override
  protected void onFatalError(Throwable stopped) {
    System.exit(ExitStatus.of(stopped));
  }

  @Override
  public void run(WarmgateConfiguration configuration, Environment environment) {
    Lifecycles.limitLog(environment);
    OpenTelemetry telemetry = GlobalOpenTelemetry.get();
    log.info("mode={} tracing={}", configuration.mode, Telemetry.isTracing(telemetry));
    ConfigurationWarnings.of(configuration).forEach(log::warn);
    StrictJson.configure(environment.getObjectMapper());
    Services services =
        Services.of(
            configuration, environment.metrics(), telemetry, Lifecycles.afterAnswer(environment));
    WarmupMark mark =
        Warmers.warmsByHttp(configuration.switches) ? WarmupMark.open() : WarmupMark.closed();
    Warmup warmup =
        Lifecycles.warmUp(services, configuration, mark, WarmgateApplication::giveUp, environment);
    HealthBoard board = Lifecycles.checkHealth(services, warmup, environment);

    Traffic traffic = Traffic.of(services);
    HttpApi.register(configuration, services, traffic, board, warmup, mark, environment);
    AdminPages.add(configuration, services, traffic, board, warmup, environment);
  }
}
