package dev.warmgate.connector;

import dev.warmgate.connector.UnfinishedRequests.Share;
import dev.warmgate.ratelimit.ClientAddress;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Says whom an unfinished request is counted against: its client, and the proxy before it. */
record ClientShares(ClientsConfiguration clients, ClientAddress addresses) {
  List<Share> of(Request request) {
    String peer = Request.getRemoteAddr(request);
    String client = addresses.of(peer, name -> header(request, name));
    Share own =
        new Share(
            client,
            clients.unfinishedPerAddress(),
            ClientsConfiguration.MAX_BYTES_PER_ADDRESS,
            BodyRefusal.ADDRESS);
    if (!addresses.isProxy(peer)) {
      return List.of(own);
    }
    Share proxy =
        new Share(
            "proxy " + peer,
            clients.unfinishedPerProxy(),
            ClientsConfiguration.MAX_BYTES_PER_PROXY,
            BodyRefusal.FULL);
    return client.equals(addresses.of(peer, _ -> null)) ? List.of(proxy) : List.of(proxy, own);
  }

  private static @Nullable String header(Request request, String name) {
    List<String> values = request.getHeaders().getValuesList(name);
    return values.isEmpty() ? null : String.join(",", values);
  }
}
