package dev.warmgate.connector;

import dev.warmgate.filter.CorsConfiguration;
import dev.warmgate.network.HostName;
import dev.warmgate.problem.ProblemMapper;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.health.HealthFactory;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.glassfish.jersey.server.ServerProperties;

/**
 * Sets up what Jetty does around filters and endpoints: uniform errors, whole bodies, an end to
 * slow requests, CORS preflights, who may use the admin port, what the tracer sees, and draining.
 */
public final class Connectors {
  private Connectors() {}

  public static void set(
      ProblemMapper problems,
      ProblemErrorHandler errors,
      CorsConfiguration cors,
      ClientsConfiguration clients,
      List<HostName> adminHosts,
      OpenTelemetry telemetry,
      ClientAddress addresses,
      Optional<HealthFactory> health,
      Environment environment) {
    answerErrors(problems, errors, environment);
    PlainServlets.guard(health, errors.headers(), environment);
    UnfinishedRequests unfinished = new UnfinishedRequests(clients, telemetry);
    ClientShares shares = new ClientShares(clients, addresses);
    endSlowRequests(unfinished, clients, environment);
    // The handler that is inserted last runs first.
    environment.getApplicationContext().insertHandler(new RequestContexts());
    for (Handler.Singleton port :
        List.of(environment.getApplicationContext(), environment.getAdminContext())) {
      port.insertHandler(new WholeAnswers(shares, unfinished));
      port.insertHandler(new WholeBodies(shares, unfinished));
      port.insertHandler(new Unimplemented());
    }
    environment.getAdminContext().insertHandler(new AdminAccess(adminHosts));
    if (cors.isNeeded()) {
      environment.getApplicationContext().insertHandler(cors.handler());
    }
    // Before the wrapper for the tracer, which must be the outermost one to be taken off again.
    environment.lifecycle().addEventListener(new SamplingFlags(addresses));
    if (Telemetry.isTracing(telemetry)) {
      environment.lifecycle().addEventListener(TracedRequest.whenStarting());
    }
    environment
        .lifecycle()
        .addServerLifecycleListener((Server server) -> Draining.whenStopping(server));
  }

  /** Gives errors of the endpoints and of Jetty itself the same form. */
  private static void answerErrors(
      ProblemMapper problems, ProblemErrorHandler errors, Environment environment) {
    environment.jersey().register(problems);
    // Dropwizard validates. Jersey's own feature would add an exception mapper that takes
    // precedence over ours.
    environment.jersey().property(ServerProperties.BV_FEATURE_DISABLE, true);
    environment.getApplicationContext().setErrorHandler(errors);
    environment.getAdminContext().setErrorHandler(errors);
    environment
        .lifecycle()
        .addServerLifecycleListener((Server server) -> server.setErrorHandler(errors));
  }

  private static void endSlowRequests(
      UnfinishedRequests unfinished, ClientsConfiguration clients, Environment environment) {
    // A second later than unfinished bodies, which get an answer.
    SlowClients slow = new SlowClients(clients.patience().toJavaDuration().plusSeconds(1));
    environment
        .lifecycle()
        .addServerLifecycleListener((Server server) -> {
          for (Connector connector : server.getConnectors()) {
            connector.addEventListener(slow);
          }
        });
    ScheduledExecutorService scheduler =
        environment.lifecycle().scheduledExecutorService("slow-clients-%d", true).build();
    ScheduledFuture<?> _ =
        scheduler.scheduleWithFixedDelay(unfinished::expire, 1, 1, TimeUnit.SECONDS);
    ScheduledFuture<?> _ = scheduler.scheduleWithFixedDelay(slow::close, 1, 1, TimeUnit.SECONDS);
  }
}
