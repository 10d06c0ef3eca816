package dev.warmgate.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Tells public addresses from special-purpose ones, following IANA's registries (RFC 6890). IPv4 is
 * public except for the listed networks. IPv6 is public only within 2000::/3 and outside the listed
 * networks, so that every way to write an IPv4 address as an IPv6 one is refused.
 */
public final class PublicAddresses {
  private static final List<Cidr> IPV4_EXCEPT =
      networks(
          // this host; some systems take it for loopback
          "0.0.0.0/8",
          // private, shared behind a provider's NAT (RFC 6598), loopback
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          // link-local, where clouds serve credentials
          "169.254.0.0/16",
          // Azure's platform services, on a public address
          "168.63.129.16/32",
          "172.16.0.0/12",
          // protocol assignments, Oracle's metadata among them
          "192.0.0.0/24",
          // documentation (three networks) and benchmarking
          "192.0.2.0/24",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "198.18.0.0/15",
          // 6to4 relays
          "192.88.99.0/24",
          "192.168.0.0/16",
          // multicast, reserved, broadcast
          "224.0.0.0/4",
          "240.0.0.0/4");

  private static final Cidr IPV6 = Cidr.parse("2000::/3");

  private static final List<Cidr> IPV6_EXCEPT =
      networks(
          // protocol assignments: Teredo, benchmarking, ORCHID
          "2001::/23",
          // documentation
          "2001:db8::/32",
          "3fff::/20",
          // 6to4
          "2002::/16");

  private PublicAddresses() {}

  private static List<Cidr> networks(String... networks) {
    return List.of(networks).stream().map(Cidr::parse).toList();
  }

  public static boolean contain(InetAddress address) {
    // Java converts IPv4-mapped addresses (::ffff:0:0/96) to IPv4.
    return address instanceof Inet4Address
        ? isInNone(IPV4_EXCEPT, address)
        : IPV6.contains(address) && isInNone(IPV6_EXCEPT, address);
  }

  private static boolean isInNone(List<Cidr> networks, InetAddress address) {
    return networks.stream().noneMatch(network -> network.contains(address));
  }
}
