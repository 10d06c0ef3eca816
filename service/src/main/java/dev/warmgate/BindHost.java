package dev.warmgate;

import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** Checks the host that a port is bound to before the service starts; looks up no names. */
final class BindHost {
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)*");

  private BindHost() {}

  static boolean isValid(ConnectorFactory connector) {
    if (!(connector instanceof HttpConnectorFactory http) || http.getBindHost() == null) {
      return true;
    }
    String host = http.getBindHost();
    return host.contains(":") ? isAddress(host) : NAME.matcher(host).matches();
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
