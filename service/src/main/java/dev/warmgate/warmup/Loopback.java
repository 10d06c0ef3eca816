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
 * The loopback address of the service's own API. With TLS it trusts only the certificate that the
 * service presents.
 *
 * @param host the host name that clients use, by which the server selects its certificate
 */
record Loopback(InetSocketAddress address, SocketFactory sockets, String host) {
  /** Addresses, which are not allowed in server name indication (RFC 6066 section 3). */
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

  /**
   * Returns the loopback address; empty if the API does not listen on one, or uses neither HTTP/1.1
   * nor TLS.
   */
  static Optional<Loopback> of(ServerConnector connector, String host)
      throws GeneralSecurityException {
    Optional<InetSocketAddress> address = address(connector);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    // Dropwizard wraps the factory to measure it, so look inside.
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
