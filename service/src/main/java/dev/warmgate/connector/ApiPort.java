package dev.warmgate.connector;

import java.util.Set;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;

/**
 * The handlers of the API port, which end with Jersey. They run before Dropwizard's routing to its
 * servlets, whose layers no endpoint needs; requests of other ports pass them by.
 */
final class ApiPort extends Handler.Wrapper {
  /** Dropwizard's name of the API port's connectors. */
  static final String CONNECTOR = "application";

  private final JerseyHandler jersey;

  ApiPort(JerseyHandler jersey) {
    super(jersey);
    this.jersey = jersey;
  }

  /** Leaves requests for these paths to the servlets of the port. */
  void leaveToServlets(Set<String> paths) {
    jersey.leaveToServlets(paths);
  }

  /** Goes behind the handler that lets requests end before the server stops. */
  void insertInto(Server server) {
    Handler.Singleton outer = server.getDescendant(GracefulHandler.class);
    (outer == null ? server : outer).insertHandler(this);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return CONNECTOR.equals(request.getConnectionMetaData().getConnector().getName())
        ? super.handle(request, response, callback)
        : jersey.getHandler().handle(request, response, callback);
  }
}
