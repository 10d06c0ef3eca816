package dev.warmgate.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves a host name once for each connection and checks every address before the client connects
 * to one of them. If a single address may not be called, resolution fails, because such an answer
 * is either an attack or a misconfiguration.
 */
final class CheckedNames implements DnsResolver {
  /** The client may spend a full connect timeout on each address. */
  private static final int MAX_TRIED = 3;

  private final OutboundUrlPolicy policy;
  private final DnsResolver names;

  CheckedNames(OutboundUrlPolicy policy, DnsResolver names) {
    this.policy = policy;
    this.names = names;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    List<InetSocketAddress> resolved = names.resolve(host, port);
    for (InetSocketAddress target : resolved) {
      check(host, target.getAddress());
    }
    return resolved.stream().limit(MAX_TRIED).toList();
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
