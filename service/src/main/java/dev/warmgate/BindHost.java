package dev.warmgate;

import dev.warmgate.network.HostName;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.net.InetAddress;
import java.util.Set;

/** Checks the hosts and ports to bind before the service starts; looks up no names. */
final class BindHost {
  private static final Set<String> ALL_INTERFACES = Set.of("0.0.0.0", "::");

  private BindHost() {}

  static boolean isValid(ConnectorFactory connector) {
    if (!(connector instanceof HttpConnectorFactory http) || http.getBindHost() == null) {
      return true;
    }
    String host = http.getBindHost();
    return host.contains(":") ? isAddress(host) : HostName.isName(host);
  }

  /** Whether one of the two would find its port taken by the other. */
  static boolean collide(ConnectorFactory one, ConnectorFactory other) {
    return one instanceof HttpConnectorFactory api
        && other instanceof HttpConnectorFactory admin
        && api.getPort() != 0
        && api.getPort() == admin.getPort()
        && (bindsAll(api) || bindsAll(admin) || host(api).equals(host(admin)));
  }

  private static boolean bindsAll(HttpConnectorFactory connector) {
    return connector.getBindHost() == null || ALL_INTERFACES.contains(host(connector));
  }

  /** Returns the host in one spelling; an invalid one, which is refused elsewhere, as it is. */
  private static String host(HttpConnectorFactory connector) {
    try {
      return HostName.parse(connector.getBindHost()).text();
    } catch (IllegalArgumentException invalid) {
      return connector.getBindHost();
    }
  }

  private static boolean isAddress(String host) {
    try {
      var _ = InetAddress.ofLiteral(host.replaceAll("^\\[(.*)]$", "$1"));
      return true;
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }
}
