package dev.warmgate.connector;

import dev.warmgate.filter.CorsConfiguration;
import dev.warmgate.network.HostName;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.request.PreparedAnswer;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.health.HealthFactory;
import io.dropwizard.lifecycle.setup.LifecycleEnvironment;
import io.github.bucket4j.TimeMeter;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.glassfish.jersey.server.ResourceConfig;

/**
 * Sets up what Jetty does around filters and endpoints. Each method must be called once, in this
 * order, since handlers run in the opposite order: uniform errors; answers without filters; whole
 * bodies and an end to slow requests; who may call; what the tracer sees, and draining.
 */
public final class Connectors {
  /** Dropwizard's name of the admin port's connector. */
  private static final String ADMIN = "admin";

  private final Environment environment;
  private final ApiPort api;
  private final LifecycleEnvironment lifecycle;
  private final ClientAddress addresses;
  private final OpenTelemetry telemetry;

  /**
   * @param jersey the filters and endpoints; also a bean of the API's context, to which tests add
   */
  public Connectors(
      Environment environment,
      ResourceConfig jersey,
      ClientAddress addresses,
      OpenTelemetry telemetry) {
    this.environment = environment;
    environment.getApplicationContext().addBean(jersey);
    this.api = new ApiPort(new JerseyHandler(jersey));
    this.lifecycle = environment.lifecycle();
    this.addresses = addresses.uncounted();
    this.telemetry = telemetry;
  }

  /** Gives errors of the endpoints, of the health endpoints and of Jetty itself the same form. */
  public Connectors answerErrors(ProblemErrorHandler errors, Optional<HealthFactory> health) {
    environment.getApplicationContext().setErrorHandler(errors);
    environment.getAdminContext().setErrorHandler(errors);
    whenStarting(server -> {
      server.setErrorHandler(errors);
      api.insertInto(server);
    });
    api.leaveToServlets(PlainServlets.guard(health, errors.headers(), environment));
    return this;
  }

  /**
   * Sends these answers before the filters run.
   *
   * @param answers by path
   * @param headers of every answer
   */
  public Connectors answerAtOnce(
      Map<String, Supplier<Optional<PreparedAnswer>>> answers, Map<String, String> headers) {
    api.insertHandler(new PreparedAnswers(answers, headers));
    return this;
  }

  /** Bounds what clients may hold: connections, memory and time. */
  public Connectors boundClients(
      ClientsConfiguration clients, ConnectionsConfiguration connections) {
    connections.requireFitting(ConnectionsConfiguration.openFiles());
    ConnectionLimits ofTheApi = limits(ApiPort.CONNECTOR, connections.ofTheApi());
    ConnectionLimits ofTheAdminPort = limits(ADMIN, connections.ofTheAdminPort());
    // As a bean and not only as a listener of the connector, since its selector must hear of it.
    whenStarting(server -> {
      for (Connector connector : server.getConnectors()) {
        connector.addBean(ADMIN.equals(connector.getName()) ? ofTheAdminPort : ofTheApi);
      }
    });
    UnfinishedRequests unfinished = new UnfinishedRequests(clients, telemetry);
    ClientShares shares = new ClientShares(clients, addresses);
    endSlowRequests(unfinished, clients);
    // The handler that is inserted last runs first.
    api.insertHandler(new RequestContexts());
    for (Handler.Singleton port : List.of(api, environment.getAdminContext())) {
      port.insertHandler(new WholeAnswers(shares, unfinished));
      port.insertHandler(new WholeBodies(shares, unfinished));
      port.insertHandler(new Unimplemented());
    }
    return this;
  }

  /**
   * Refuses foreign hosts at the admin port, and lets pages of these origins call the API.
   *
   * @param supabase whether there is the Supabase form of the API
   */
  public Connectors allow(List<HostName> adminHosts, CorsConfiguration cors, boolean supabase) {
    environment.getAdminContext().insertHandler(new AdminAccess(adminHosts));
    if (cors.isNeeded()) {
      cors.handlers(supabase).forEach(api::insertHandler);
    }
    return this;
  }

  /** Keeps what clients write from the tracer, and ends connections when the service stops. */
  public void traceAndDrain() {
    if (Telemetry.isTracing(telemetry)) {
      RecordedShare recorded =
          new RecordedShare(RecordedShare.PER_SECOND, TimeMeter.SYSTEM_NANOTIME, telemetry);
      // Before the wrapper for the tracer, which must be the outermost one to be taken off again.
      lifecycle.addEventListener(new CallersTrace(addresses, recorded::tryTake));
      lifecycle.addEventListener(TracedRequest.whenStarting());
    } else {
      lifecycle.addEventListener(new CallersTrace(addresses, _ -> true));
    }
    lifecycle.addServerLifecycleListener((Server server) -> Draining.whenStopping(server));
  }

  /** Called before the connectors start, so that none is open yet. */
  private void whenStarting(Consumer<Server> action) {
    lifecycle.addEventListener(
        new LifeCycle.Listener() {
          @Override
          public void lifeCycleStarting(LifeCycle starting) {
            if (starting instanceof Server server) {
              action.accept(server);
            }
          }
        });
  }

  private ConnectionLimits limits(String port, ConnectionsConfiguration.Most most) {
    return new ConnectionLimits(port, most, addresses, telemetry);
  }

  private void endSlowRequests(UnfinishedRequests unfinished, ClientsConfiguration clients) {
    // A second later than unfinished bodies, which get an answer.
    SlowClients slow = new SlowClients(clients.patience().toJavaDuration().plusSeconds(1));
    whenStarting(server ->
        List.of(server.getConnectors()).forEach(connector -> connector.addEventListener(slow)));
    ScheduledExecutorService scheduler =
        lifecycle.scheduledExecutorService("slow-clients-%d", true).build();
    ScheduledFuture<?> _ =
        scheduler.scheduleWithFixedDelay(unfinished::expire, 1, 1, TimeUnit.SECONDS);
    ScheduledFuture<?> _ = scheduler.scheduleWithFixedDelay(slow::close, 1, 1, TimeUnit.SECONDS);
  }
}
