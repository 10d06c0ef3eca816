package dev.warmgate.connector;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request whose body is in memory, so that no thread ever waits for it. */
final class WholeBody extends Request.Wrapper {
  private Content.Chunk next;

  WholeBody(Request request, BodyBuffer body) {
    super(request);
    next = Content.Chunk.from(body.content(), true);
  }

  @Override
  public Content.Chunk read() {
    Content.Chunk read = next;
    next = Content.Chunk.next(read);
    return read;
  }

  @Override
  public void demand(Runnable whenThereIsMore) {
    getContext().execute(whenThereIsMore);
  }
}
