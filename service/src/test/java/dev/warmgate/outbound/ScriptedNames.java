package dev.warmgate.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.apache.hc.client5.http.DnsResolver;

/** A name server of an attacker: answers differently each time, and to a port of its choice. */
final class ScriptedNames implements DnsResolver {
  private final Queue<List<InetAddress>> answers = new ArrayDeque<>();
  private int asked;
  private int port;

  ScriptedNames answer(String... addresses) {
    answers.add(Arrays.stream(addresses).map(InetAddress::ofLiteral).toList());
    return this;
  }

  /** Leads every connection to this port, so that a test can serve what is called on 443. */
  ScriptedNames atPort(int served) {
    port = served;
    return this;
  }

  int asked() {
    return asked;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int wanted) throws UnknownHostException {
    asked++;
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
