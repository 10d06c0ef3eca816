package dev.warmgate.ratelimit;

import dev.warmgate.network.Cidr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Determines the address that a request comes from. It reads {@code X-Forwarded-For} from the right
 * and only as far as trusted proxies wrote it, so a client cannot forge its address.
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

  /** The longest notation of an address: an IPv4 address mapped into IPv6. */
  private static final int LONGEST = 45;

  private final List<Cidr> trusted;
  private final int hops;
  private final AtomicBoolean warned = new AtomicBoolean();

  public ClientAddress(List<Cidr> trustedProxies) {
    this(trustedProxies, 0);
  }

  /**
   * @param hops number of proxies that every request passes, whatever their addresses; 0 if unknown
   */
  public ClientAddress(List<Cidr> trustedProxies, int hops) {
    this.trusted = List.copyOf(trustedProxies);
    this.hops = hops;
  }

  /**
   * Returns the key to count by: an IPv4 address, or the /64 network of an IPv6 address, since a
   * single host usually owns all of it.
   *
   * @param peer the address of the TCP connection
   */
  public String of(String peer, @Nullable String forwardedFor) {
    if (forwardedFor == null && peer.indexOf(':') < 0) {
      return peer;
    }
    InetAddress address = InetAddress.ofLiteral(peer);
    return key(forwardedFor == null ? address : client(address, forwardedFor.split(",", -1)));
  }

  /**
   * Returns the network of such a key, which a client often keeps while its address changes: the
   * /24 of an IPv4 address, the /48 of an IPv6 address.
   */
  public static String network(String key) {
    return key.substring(0, key.endsWith("/64") ? 12 : key.lastIndexOf('.'));
  }

  private InetAddress client(InetAddress peer, String[] forwarded) {
    if (hops > 0) {
      // Each proxy appends one address; the first that they added is the client's.
      return parse(forwarded[Math.max(0, forwarded.length - hops)]).orElse(peer);
    }
    if (!isTrusted(peer)) {
      warnOfProxy(peer);
    }
    InetAddress address = peer;
    for (int i = forwarded.length - 1; i >= 0 && isTrusted(address); i--) {
      Optional<InetAddress> before = parse(forwarded[i]);
      if (before.isEmpty()) {
        break;
      }
      address = before.get();
    }
    return address;
  }

  private static Optional<InetAddress> parse(String text) {
    String literal = text.strip();
    // The JDK would look up a zone (fe80::1%eth0) among the interfaces of this machine.
    if (literal.length() > LONGEST || literal.indexOf('%') >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(literal));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  /**
   * Warns once that all clients behind an untrusted proxy share one limit, which they soon exhaust.
   */
  private void warnOfProxy(InetAddress peer) {
    if (!warned.get()
        && PRIVATE.stream().anyMatch(network -> network.contains(peer))
        && warned.compareAndSet(false, true)) {
      log.warn(
          "{} sends X-Forwarded-For but is not trusted, so all clients behind it share one rate"
              + " limit; if it is your proxy, add its network to trusted_proxies (TRUSTED_PROXIES)",
          peer.getHostAddress());
    }
  }

  private boolean isTrusted(InetAddress address) {
    return trusted.stream().anyMatch(network -> network.contains(address));
  }

  private static String key(InetAddress address) {
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8)) + "/64"
        : address.getHostAddress();
  }
}
