package dev.warmgate.connector;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers 501 to a transfer coding other than {@code chunked} and closes the connection (RFC 9112
 * section 6.1). Jetty removes the chunks only, so the body would be taken for what it is not. A
 * request that does not end with {@code chunked} has no clear end; Jetty answers 400 to it.
 */
final class TransferCodings extends Handler.Wrapper {
  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    for (String coding : request.getHeaders().getValuesList(HttpHeader.TRANSFER_ENCODING)) {
      if (!HttpHeaderValue.CHUNKED.is(coding)) {
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        Response.writeError(request, response, callback, HttpStatus.NOT_IMPLEMENTED_501);
        return true;
      }
    }
    return super.handle(request, response, callback);
  }
}
