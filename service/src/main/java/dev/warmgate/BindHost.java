package dev.warmgate;

import dev.warmgate.network.HostName;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.net.InetAddress;

/** Checks the host that a port is bound to before the service starts; looks up no names. */
final class BindHost {
  private BindHost() {}

  static boolean isValid(ConnectorFactory connector) {
    if (!(connector instanceof HttpConnectorFactory http) || http.getBindHost() == null) {
      return true;
    }
    String host = http.getBindHost();
    return host.contains(":") ? isAddress(host) : HostName.isName(host);
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
