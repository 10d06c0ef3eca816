package dev.warmgate.connector;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Reads the body of each request before a thread is given to it, so that clients that send slowly
 * or stop hold no thread. What is too large, late, broken or one too many is refused with a problem
 * and never reaches a filter.
 */
final class WholeBodies extends Handler.Wrapper {
  private final ClientShares shares;
  private final UnfinishedRequests unfinished;

  WholeBodies(ClientShares shares, UnfinishedRequests unfinished) {
    this.shares = shares;
    this.unfinished = unfinished;
  }

  static boolean hasBody(Request request) {
    long length = request.getLength();
    return length > 0
        || (length < 0 && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!hasBody(request)) {
      return super.handle(request, response, callback);
    }
    long length = request.getLength();
    BodyBuffer body = new BodyBuffer();
    BodyRefusal refusal =
        length > ClientsConfiguration.MAX_BODY_BYTES ? BodyRefusal.TOO_LARGE : body.read(request);
    if (refusal != null) {
      unfinished.count(refusal);
      if (refusal == BodyRefusal.TOO_LARGE) {
        LingeringClose.answer(request, response, callback, shares.of(request), unfinished);
      } else {
        refusal.answer(request, response, callback);
      }
      return true;
    }
    if (body.isComplete()) {
      return super.handle(new WholeBody(request, body), response, callback);
    }
    new UnfinishedBody(
            request, response, callback, body, getHandler(), shares.of(request), unfinished)
        .begin();
    return true;
  }
}
