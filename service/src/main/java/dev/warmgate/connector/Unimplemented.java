package dev.warmgate.connector;

import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers 501 to what the service implements nowhere: a method of its own (RFC 9110 section 9.1),
 * or a transfer coding other than {@code chunked}, which also closes the connection (RFC 9112
 * section 6.1). Jetty removes the chunks only, so the body would be taken for what it is not. A
 * request that does not end with {@code chunked} has no clear end; Jetty answers 400 to it.
 */
final class Unimplemented extends Handler.Wrapper {
  /** Methods that are answered with 405 and {@code Allow} where they are not allowed. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY");

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    for (String coding : request.getHeaders().getValuesList(HttpHeader.TRANSFER_ENCODING)) {
      if (!HttpHeaderValue.CHUNKED.is(coding)) {
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        return refuse(request, response, callback);
      }
    }
    if (METHODS.contains(request.getMethod())) {
      return super.handle(request, response, callback);
    }
    // What follows a CONNECT belongs to another protocol.
    response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    return refuse(request, response, callback);
  }

  private static boolean refuse(Request request, Response response, Callback callback) {
    Response.writeError(request, response, callback, HttpStatus.NOT_IMPLEMENTED_501);
    return true;
  }
}
