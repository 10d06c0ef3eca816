package dev.warmgate.ratelimit;

import dev.warmgate.network.Cidr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the address a request comes from. {@code X-Forwarded-For} counts only as far as trusted
 * proxies wrote it, read from the right; what a client itself put there is never believed.
 */
public final class ClientAddress {
  private final List<Cidr> trusted;

  public ClientAddress(List<Cidr> trustedProxies) {
    this.trusted = List.copyOf(trustedProxies);
  }

  /**
   * The key to count by: an IPv4 address, or the /64 network of an IPv6 one, since a single host
   * has all of that.
   *
   * @param peer the address of the TCP connection
   */
  public String of(String peer, @Nullable String forwardedFor) {
    if (trusted.isEmpty() && peer.indexOf(':') < 0) {
      return peer;
    }
    InetAddress address = InetAddress.ofLiteral(peer);
    String[] hops = forwardedFor == null ? new String[0] : forwardedFor.split(",", -1);
    for (int i = hops.length - 1; i >= 0 && isTrusted(address); i--) {
      try {
        address = InetAddress.ofLiteral(hops[i].strip());
      } catch (IllegalArgumentException notAnAddress) {
        break;
      }
    }
    return key(address);
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
