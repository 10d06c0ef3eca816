package dev.warmgate.connector;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Frees the thread of a request when its answer is complete, not when the client has read it, so
 * that clients that read slowly or not at all hold no thread. The connection of one that does not
 * read in time, or of one too many, is closed.
 */
final class WholeAnswers extends Handler.Wrapper {
  private final ClientShares shares;
  private final UnfinishedRequests unfinished;

  WholeAnswers(ClientShares shares, UnfinishedRequests unfinished) {
    this.shares = shares;
    this.unfinished = unfinished;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    WholeAnswer answer = new WholeAnswer(request, response, callback, shares, unfinished);
    return super.handle(request, answer, answer);
  }
}
