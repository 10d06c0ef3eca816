package dev.warmgate.connector;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Says so where a refusal ends the connection, because the body it did not wait for is still on its
 * way (RFC 9112 section 9.6): Jetty closes it without a word, and the client's next request would
 * be lost.
 */
final class UnreadBodies extends Handler.Wrapper {
  private static final int FIRST_ERROR = 400;

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(request, new Closing(request, response), callback);
  }

  private static final class Closing extends Response.Wrapper {
    Closing(Request request, Response response) {
      super(request, response);
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
      if (!isCommitted() && getStatus() >= FIRST_ERROR && !getRequest().consumeAvailable()) {
        getHeaders().put(HttpFields.CONNECTION_CLOSE);
      }
      super.write(last, content, callback);
    }
  }
}
