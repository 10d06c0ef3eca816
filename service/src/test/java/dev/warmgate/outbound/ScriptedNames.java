package dev.warmgate.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.apache.hc.client5.http.DnsResolver;

/** A resolver that gives scripted answers, as an attacker's name server may (DNS rebinding). */
final class ScriptedNames implements DnsResolver {
  private final Queue<List<InetAddress>> answers = new ArrayDeque<>();
  private int lookups;
  private int port;

  ScriptedNames answer(String... addresses) {
    answers.add(Arrays.stream(addresses).map(InetAddress::ofLiteral).toList());
    return this;
  }

  /** Directs every connection to this port, since a test cannot serve on port 443. */
  ScriptedNames atPort(int served) {
    port = served;
    return this;
  }

  int lookups() {
    return lookups;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int wanted) throws UnknownHostException {
    lookups++;
    List<InetAddress> answer = answers.poll();
    if (answer == null) {
      throw new UnknownHostException(host);
    }
    return answer.stream()
        .map(address -> new InetSocketAddress(address, port == 0 ? wanted : port))
        .toList();
  }

  @Override
  public InetAddress[] resolve(String host) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    throw new UnsupportedOperationException();
  }
}
