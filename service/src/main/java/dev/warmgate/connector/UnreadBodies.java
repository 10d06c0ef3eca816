package dev.warmgate.connector;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Adds {@code Connection: close} to a refusal whose request body has not been read completely (RFC
 * 9112 section 9.6). Jetty closes such connections without notice, so that a client would lose its
 * next request.
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
