package dev.warmgate.warmup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

/**
 * Where this process reaches its own API without leaving the machine; over TLS it trusts the
 * certificate that it serves, and nothing else.
 *
 * @param host as clients call the service, since a certificate is chosen by it
 */
record Loopback(InetSocketAddress address, SocketFactory sockets, String host) {
  /** What server name indication has no place for (RFC 6066 section 3). */
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

  /**
   * Empty if the API listens on no address of this machine alone, or speaks neither HTTP nor TLS.
   */
  static Optional<Loopback> of(ServerConnector connector, String host)
      throws GeneralSecurityException {
    Optional<InetSocketAddress> address = address(connector);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    // Within the one that Dropwizard puts around it to measure it.
    Optional<SslConnectionFactory> tls =
        connector.getContainedBeans(SslConnectionFactory.class).stream().findFirst();
    if (tls.isPresent()) {
      return Optional.of(new Loopback(address.get(), trusting(tls.get()), host));
    }
    return HttpVersion.HTTP_1_1.is(connector.getDefaultProtocol())
        ? Optional.of(new Loopback(address.get(), SocketFactory.getDefault(), host))
        : Optional.empty();
  }

  private static SocketFactory trusting(SslConnectionFactory tls) throws GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(tls.getSslContextFactory().getKeyStore());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  private static Optional<InetSocketAddress> address(ServerConnector connector) {
    String host = connector.getHost();
    InetSocketAddress bound =
        host == null
            ? new InetSocketAddress(connector.getLocalPort())
            : new InetSocketAddress(host, connector.getLocalPort());
    if (bound.isUnresolved()) {
      return Optional.empty();
    }
    if (bound.getAddress().isAnyLocalAddress()) {
      return Optional.of(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
    }
    return bound.getAddress().isLoopbackAddress() ? Optional.of(bound) : Optional.empty();
  }

  Socket connect(int timeoutMs) throws IOException {
    Socket socket = sockets.createSocket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(timeoutMs);
    socket.connect(address, timeoutMs);
    if (socket instanceof SSLSocket secure) {
      if (!ADDRESS.matcher(host).matches()) {
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        secure.setSSLParameters(parameters);
      }
      secure.startHandshake();
    }
    return socket;
  }
}
