package dev.warmgate.connector;

import dev.warmgate.filter.CorsConfiguration;
import dev.warmgate.problem.ProblemMapper;
import io.dropwizard.core.setup.Environment;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.glassfish.jersey.server.ServerProperties;

/**
 * What Jetty does around the filters and endpoints: errors in one form, an end to slow clients,
 * preflights of named origins, and an orderly end of its own.
 */
public final class Connectors {
  private Connectors() {}

  public static void set(
      ProblemMapper problems,
      ProblemErrorHandler errors,
      CorsConfiguration cors,
      Environment environment) {
    answerErrors(problems, errors, environment);
    closeSlowClients(environment);
    environment.getApplicationContext().insertHandler(new UnreadBodies());
    if (cors.isNeeded()) {
      environment.getApplicationContext().insertHandler(cors.handler());
    }
    // The last one put in front is the first one asked.
    environment.getApplicationContext().insertHandler(new RequestContexts());
    environment
        .lifecycle()
        .addServerLifecycleListener((Server server) -> Draining.whenStopping(server));
  }

  /** Errors of the endpoints and of Jetty itself look the same. */
  private static void answerErrors(
      ProblemMapper problems, ProblemErrorHandler errors, Environment environment) {
    environment.jersey().register(problems);
    // Dropwizard validates; Jersey's own feature would bring a mapper that goes before ours.
    environment.jersey().property(ServerProperties.BV_FEATURE_DISABLE, true);
    environment.getApplicationContext().setErrorHandler(errors);
    environment.getAdminContext().setErrorHandler(errors);
    environment
        .lifecycle()
        .addServerLifecycleListener((Server server) -> server.setErrorHandler(errors));
  }

  private static void closeSlowClients(Environment environment) {
    SlowClients slow = new SlowClients();
    environment
        .lifecycle()
        .addServerLifecycleListener((Server server) -> {
          for (Connector connector : server.getConnectors()) {
            connector.addEventListener(slow);
          }
        });
    ScheduledExecutorService scheduler =
        environment.lifecycle().scheduledExecutorService("slow-clients-%d", true).build();
    ScheduledFuture<?> _ = scheduler.scheduleWithFixedDelay(slow::close, 1, 1, TimeUnit.SECONDS);
  }
}
