package dev.warmgate.ratelimit;

import dev.warmgate.network.Cidr;
import dev.warmgate.network.IpAddress;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.LongCounter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Determines the address that a request comes from. It reads the header of the proxies from the
 * right and only as far as trusted proxies wrote it, so a client cannot forge its address.
 */
public final class ClientAddress {
  private static final Logger log = LoggerFactory.getLogger(ClientAddress.class);

  /** Forwarded requests from these networks most likely come from the operator's own proxy. */
  private static final List<Cidr> PRIVATE =
      Stream.of(
              "10.0.0.0/8",
              "172.16.0.0/12",
              "192.168.0.0/16",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "::1/128",
              "fc00::/7",
              "fe80::/10")
          .map(Cidr::parse)
          .toList();

  private static final String SUBNET = "/64";
  private static final int SUBNET_BYTES = 8;
  private static final int SITE_BYTES = 6;

  private final List<Cidr> trusted;
  private final int hops;
  private final ForwardedHeader header;
  private final LongCounter unreadable;
  private final AtomicBoolean warnedOfProxy = new AtomicBoolean();
  private final AtomicBoolean warnedOfUnreadable = new AtomicBoolean();

  public ClientAddress(List<Cidr> trustedProxies) {
    this(trustedProxies, 0, ForwardedHeader.X_FORWARDED_FOR, OpenTelemetry.noop());
  }

  /**
   * @param hops number of proxies that every request passes, whatever their addresses; 0 if unknown
   * @param header the one that these proxies write
   */
  public ClientAddress(
      List<Cidr> trustedProxies, int hops, ForwardedHeader header, OpenTelemetry telemetry) {
    this.trusted = List.copyOf(trustedProxies);
    this.hops = hops;
    this.header = header;
    this.unreadable =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.ADDRESS_UNREADABLE).build();
    // Creates the series at zero, so that the first one shows up as an increase.
    unreadable.add(0);
  }

  /** Returns the same for what asks besides the rate limits, so that no request counts twice. */
  public ClientAddress uncounted() {
    ClientAddress silent = new ClientAddress(trusted, hops, header, OpenTelemetry.noop());
    silent.warnedOfProxy.set(true);
    silent.warnedOfUnreadable.set(true);
    return silent;
  }

  /** Returns the address by which connections from this one are counted. */
  public static String ofPeer(InetAddress peer) {
    return key(peer);
  }

  /**
   * Returns the address to count by, as people write it: an IPv4 address, or the /64 network of an
   * IPv6 address, since a single host usually owns all of it.
   *
   * @param peer the address of the TCP connection
   * @param headers returns the value of a request header by its name in lower case
   */
  public String of(String peer, UnaryOperator<@Nullable String> headers) {
    String forwarded = headers.apply(header.key());
    if (forwarded != null) {
      return key(client(parsed(peer), header.elements(forwarded)));
    }
    if (headers.apply(header.other().key()) != null && isProxy(peer)) {
      countUnreadable(parsed(peer));
    }
    return peer.indexOf(':') < 0 ? peer : key(parsed(peer));
  }

  /** Returns whether the peer is a proxy that is believed, which many clients may share. */
  public boolean isProxy(String peer) {
    return isProxy(parsed(peer));
  }

  /** Returns whether the peer is a proxy that is believed, which many clients may share. */
  public boolean isProxy(InetAddress peer) {
    return hops > 0 || isTrusted(peer);
  }

  /**
   * Returns the network of such an address, which a client often keeps while its address changes:
   * the /24 of an IPv4 address, the /48 of an IPv6 address.
   */
  public static String network(String address) {
    if (!address.endsWith(SUBNET)) {
      return address.substring(0, Math.max(address.lastIndexOf('.'), 0));
    }
    InetAddress subnet = parsed(address.substring(0, address.length() - SUBNET.length()));
    return IpAddress.text(masked(subnet, SITE_BYTES)) + "/48";
  }

  private InetAddress client(InetAddress peer, List<String> forwarded) {
    if (hops > 0) {
      if (forwarded.isEmpty()) {
        return peer;
      }
      // Each proxy appends one address; the first that they added is the client's.
      String added = forwarded.get(Math.max(0, forwarded.size() - hops));
      return header.address(added).orElseGet(() -> countUnreadable(peer));
    }
    if (!isTrusted(peer)) {
      warnOfProxy(peer);
    }
    InetAddress address = peer;
    for (int i = forwarded.size() - 1; i >= 0 && isTrusted(address); i--) {
      Optional<InetAddress> before = header.address(forwarded.get(i));
      if (before.isEmpty()) {
        return countUnreadable(address);
      }
      address = before.get();
    }
    return address;
  }

  /**
   * Warns once that all clients behind an untrusted proxy share one limit, which they soon exhaust.
   */
  private void warnOfProxy(InetAddress peer) {
    if (!warnedOfProxy.get()
        && PRIVATE.stream().anyMatch(network -> network.contains(peer))
        && warnedOfProxy.compareAndSet(false, true)) {
      log.warn(
          "{} sends {} but is not trusted, so all clients behind it share one rate limit; if it is"
              + " your proxy, add its network to trusted_proxies (TRUSTED_PROXIES)",
          IpAddress.text(peer),
          header);
    }
  }

  /**
   * Counts a request whose client the proxy does not name in a form that can be read, and warns
   * once. The header is not logged, because a client may have written it.
   *
   * @return the proxy, under whose address the request is counted
   */
  private InetAddress countUnreadable(InetAddress proxy) {
    unreadable.add(1);
    if (warnedOfUnreadable.compareAndSet(false, true)) {
      log.warn(
          "{} forwards requests without a client address in {} that can be read, so they are"
              + " counted under the address of the proxy; forwarded_header (FORWARDED_HEADER) names"
              + " the header that your proxy writes",
          IpAddress.text(proxy),
          header);
    }
    return proxy;
  }

  private boolean isTrusted(InetAddress address) {
    return trusted.stream().anyMatch(network -> network.contains(address));
  }

  private static InetAddress parsed(String peer) {
    boolean bracketed = peer.startsWith("[") && peer.endsWith("]");
    return IpAddress.parse(bracketed ? peer.substring(1, peer.length() - 1) : peer).orElseThrow();
  }

  private static String key(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    InetAddress subnet = masked(address, SUBNET_BYTES);
    // ::/64 is no host's network: it contains the loopback address.
    return subnet.isAnyLocalAddress() ? IpAddress.text(address) : IpAddress.text(subnet) + SUBNET;
  }

  /** Returns the address with zeros after so many bytes. */
  private static InetAddress masked(InetAddress address, int bytes) {
    byte[] all = address.getAddress();
    Arrays.fill(all, bytes, all.length, (byte) 0);
    try {
      return InetAddress.getByAddress(all);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
