package dev.warmgate;

import dev.warmgate.logging.RootCause;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Optional;

/**
 * A port that the service cannot listen on; names the configuration key of the port or the host.
 */
final class UnavailablePort extends ConfigurationException {
  private static final long serialVersionUID = 1;

  /** Jetty's message, before the address. */
  private static final String FAILED = "Failed to bind to ";

  /** A host of this machine on which the port is taken, or may not be used. */
  private static final List<String> WRONG_PORT =
      List.of("Address already in use", "Permission denied");

  private UnavailablePort(String file, String error, Throwable cause) {
    super(file, List.of(error), cause);
  }

  /** Returns the port that was not available, if that is why the server did not start. */
  static Optional<UnavailablePort> in(
      Throwable failed, WarmgateConfiguration configuration, String file) {
    if (!String.valueOf(failed.getMessage()).startsWith(FAILED)) {
      return Optional.ofNullable(failed.getCause())
          .flatMap(cause -> in(cause, configuration, file));
    }
    DefaultServerFactory server = (DefaultServerFactory) configuration.getServerFactory();
    return explain(failed, "server.applicationConnectors", server.getApplicationConnectors(), file)
        .or(() -> explain(failed, "server.adminConnectors", server.getAdminConnectors(), file));
  }

  private static Optional<UnavailablePort> explain(
      Throwable failed, String section, List<ConnectorFactory> connectors, String file) {
    for (int i = 0; i < connectors.size(); i++) {
      if (connectors.get(i) instanceof HttpConnectorFactory http
          && (FAILED + address(http)).equals(failed.getMessage())) {
        String why =
            failed.getCause() instanceof UnresolvedAddressException
                ? "unknown host"
                : RootCause.of(failed);
        String key = WRONG_PORT.contains(why) ? "port" : "bindHost";
        String error =
            "%s[%d].%s cannot be used to listen on %s:%d: %s"
                .formatted(section, i, key, http.getBindHost(), http.getPort(), why);
        return Optional.of(new UnavailablePort(file, error, failed));
      }
    }
    return Optional.empty();
  }

  /** As Jetty makes it. */
  private static InetSocketAddress address(HttpConnectorFactory http) {
    return http.getBindHost() == null
        ? new InetSocketAddress(http.getPort())
        : new InetSocketAddress(http.getBindHost(), http.getPort());
  }
}
