package dev.warmgate.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks a name up once for each connection and judges what it gets; the connection is made to the
 * very addresses that were judged. A name that has one address which may not be called is not
 * called at all: whoever answers so is either attacking or misconfigured.
 */
final class CheckedNames implements DnsResolver {
  /** Each is tried for as long as a connection may take. */
  private static final int MAX_TRIED = 3;

  private final OutboundUrlPolicy policy;
  private final DnsResolver names;

  CheckedNames(OutboundUrlPolicy policy, DnsResolver names) {
    this.policy = policy;
    this.names = names;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    List<InetSocketAddress> found = names.resolve(host, port);
    for (InetSocketAddress place : found) {
      check(host, place.getAddress());
    }
    return found.stream().limit(MAX_TRIED).toList();
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    return resolve(host, 0).stream().map(InetSocketAddress::getAddress).toArray(InetAddress[]::new);
  }

  private void check(String host, InetAddress address) throws UnknownHostException {
    if (address == null) {
      throw new UnknownHostException(host);
    }
    try {
      policy.check(address);
    } catch (OutboundRefused refused) {
      UnknownHostException unknown = new UnknownHostException(host);
      unknown.initCause(refused);
      throw unknown;
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
