package dev.warmgate.testkit;

import dev.warmgate.WarmgateApplication;
import dev.warmgate.WarmgateConfiguration;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.validation.Validators;
import jakarta.validation.ValidatorFactory;

/**
 * The service, for many starts in one process: what the validation of the configuration learns
 * about its classes, which takes a third of a start, is kept for the next ones.
 */
public final class TestedApplication extends Application<WarmgateConfiguration> {
  private static final ValidatorFactory VALIDATION = Validators.newValidatorFactory();

  private final WarmgateApplication service = new WarmgateApplication();

  /** Has an application, or a command of it, use what other starts have learned. */
  public static void shareValidation(Bootstrap<WarmgateConfiguration> bootstrap) {
    bootstrap.setValidatorFactory(VALIDATION);
  }

  @Override
  public String getName() {
    return service.getName();
  }

  @Override
  public void initialize(Bootstrap<WarmgateConfiguration> bootstrap) {
    service.initialize(bootstrap);
    shareValidation(bootstrap);
  }

  @Override
  public void run(WarmgateConfiguration configuration, Environment environment) throws Exception {
    service.run(configuration, environment);
  }
}
