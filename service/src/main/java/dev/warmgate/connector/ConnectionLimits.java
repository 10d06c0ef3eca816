package dev.warmgate.connector;

import dev.warmgate.connector.OpenConnections.Refusal;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the connections of a port, in all and per address. One too many is closed when it is
 * accepted, before anything is allocated for it. Jetty's own limits stop accepting instead, so that
 * one client could shut out all others.
 */
final class ConnectionLimits implements SelectorManager.AcceptListener, Connection.Listener {
  private final OpenConnections<SelectableChannel> open;
  private final ConnectionsConfiguration.Most most;
  private final ClientAddress addresses;
  private final String port;
  private final LongCounter refused;

  /**
   * @param port the name of the connectors that share these limits
   */
  ConnectionLimits(
      String port,
      ConnectionsConfiguration.Most most,
      ClientAddress addresses,
      OpenTelemetry telemetry) {
    this.open = new OpenConnections<>(most.total(), System::nanoTime, ConnectionLimits::idleNanos);
    this.most = most;
    this.addresses = addresses;
    this.port = port;
    Meter meter = telemetry.getMeter(Telemetry.SCOPE);
    this.refused = meter.counterBuilder(Telemetry.CONNECTIONS_REFUSED).build();
    for (Refusal refusal : Refusal.values()) {
      // Creates the series at zero, so that the first refusal shows up as an increase.
      refused.add(0, attributes(refusal));
    }
    Attributes ofPort = Attributes.of(Telemetry.PORT, port);
    meter
        .gaugeBuilder(Telemetry.CONNECTIONS_OPEN)
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(open.count(), ofPort));
    meter
        .gaugeBuilder(Telemetry.CONNECTIONS_LIMIT)
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(most.total(), ofPort));
  }

  /** Called in the thread that accepts, before Jetty registers the channel. */
  @Override
  public void onAccepting(SelectableChannel channel) {
    InetAddress peer = peer(channel);
    if (peer == null) {
      // The client has gone already.
      IO.close(channel);
      return;
    }
    OpenConnections.Entry<SelectableChannel> entry =
        addresses.isProxy(peer)
            ? open.enter(channel, "proxy " + peer.getHostAddress(), most.perProxy(), Refusal.PROXY)
            : open.enter(channel, ClientAddress.ofPeer(peer), most.perAddress(), Refusal.ADDRESS);
    if (entry.refusal() != null) {
      refused.add(1, attributes(entry.refusal()));
    }
    if (!entry.entered()) {
      IO.close(channel);
    }
    OpenConnections.Displaced<SelectableChannel> displaced = entry.displaced();
    if (displaced != null && displaced.connection() != null) {
      displaced.connection().getEndPoint().close();
    } else if (displaced != null) {
      IO.close(displaced.key());
    }
  }

  @Override
  public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
    open.leave(channel);
  }

  @Override
  public void onOpened(Connection connection) {
    // Within TLS another connection is opened, whose transport is no channel.
    EndPoint endPoint = connection.getEndPoint();
    if (endPoint.getTransport() instanceof SelectableChannel channel
        && !open.open(channel, connection)) {
      endPoint.close();
    }
  }

  @Override
  public void onClosed(Connection connection) {
    EndPoint endPoint = connection.getEndPoint();
    // A connection that only changes its protocol leaves its channel open.
    if (endPoint.getTransport() instanceof SelectableChannel channel && !channel.isOpen()) {
      open.leave(channel);
    }
  }

  private static long idleNanos(Connection connection) {
    return connection.getEndPoint() instanceof IdleTimeout timed
        ? TimeUnit.MILLISECONDS.toNanos(timed.getIdleFor())
        : 0;
  }

  private Attributes attributes(Refusal refusal) {
    return Attributes.of(Telemetry.PORT, port, Telemetry.OUTCOME, refusal.outcome());
  }

  private static @Nullable InetAddress peer(SelectableChannel channel) {
    try {
      return ((SocketChannel) channel).getRemoteAddress() instanceof InetSocketAddress address
          ? address.getAddress()
          : null;
    } catch (IOException gone) {
      return null;
    }
  }
}
