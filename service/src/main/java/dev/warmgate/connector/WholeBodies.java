package dev.warmgate.connector;

import dev.warmgate.ratelimit.ClientAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of each request before a thread is given to it, so that clients that send slowly
 * or stop hold no thread. What is too large, late, broken or one too many is refused with a problem
 * and never reaches a filter.
 */
final class WholeBodies extends Handler.Wrapper {
  private final ClientsConfiguration clients;
  private final ClientAddress addresses;
  private final UnfinishedBodies unfinished;

  WholeBodies(ClientsConfiguration clients, ClientAddress addresses, UnfinishedBodies unfinished) {
    this.clients = clients;
    this.addresses = addresses;
    this.unfinished = unfinished;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    long length = request.getLength();
    if (length == 0
        || (length < 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING))) {
      return super.handle(request, response, callback);
    }
    BodyBuffer body = new BodyBuffer();
    BodyRefusal refusal =
        length > ClientsConfiguration.MAX_BODY_BYTES ? BodyRefusal.TOO_LARGE : body.read(request);
    if (refusal != null) {
      unfinished.count(refusal);
      refusal.answer(request, response, callback);
      return true;
    }
    if (body.isComplete()) {
      return super.handle(new WholeBody(request, body), response, callback);
    }
    new UnfinishedBody(request, response, callback, body, getHandler(), unfinished)
        .begin(shares(request));
    return true;
  }

  /**
   * Returns whom the request is counted against: its client, and the proxy that it came through.
   */
  private List<UnfinishedBodies.Share> shares(Request request) {
    String peer = Request.getRemoteAddr(request);
    String client = addresses.of(peer, name -> header(request, name));
    UnfinishedBodies.Share own =
        new UnfinishedBodies.Share(client, clients.unfinishedPerAddress(), BodyRefusal.ADDRESS);
    if (!addresses.isProxy(peer)) {
      return List.of(own);
    }
    UnfinishedBodies.Share proxy =
        new UnfinishedBodies.Share("proxy " + peer, clients.unfinishedPerProxy(), BodyRefusal.FULL);
    return client.equals(addresses.of(peer, _ -> null)) ? List.of(proxy) : List.of(proxy, own);
  }

  private static @Nullable String header(Request request, String name) {
    List<String> values = request.getHeaders().getValuesList(name);
    return values.isEmpty() ? null : String.join(",", values);
  }
}
