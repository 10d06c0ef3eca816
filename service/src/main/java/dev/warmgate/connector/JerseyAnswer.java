package dev.warmgate.connector;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.spi.ContainerResponseWriter;

/**
 * Collects an answer of Jersey and gives it to Jetty as a whole. What Jersey cannot answer becomes
 * a 500, which Jetty logs.
 */
final class JerseyAnswer implements ContainerResponseWriter {
  private static final int USUAL_SIZE = 1024;

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Content content = new Content();
  private boolean empty;

  /** Gives its bytes without copying them. */
  private static final class Content extends ByteArrayOutputStream {
    Content() {
      super(USUAL_SIZE);
    }

    ByteBuffer bytes() {
      return ByteBuffer.wrap(buf, 0, count);
    }
  }

  JerseyAnswer(Request request, Response response, Callback callback) {
    this.request = request;
    this.response = response;
    this.callback = callback;
  }

  @Override
  public OutputStream writeResponseStatusAndHeaders(long length, ContainerResponse answer) {
    empty = !answer.hasEntity();
    response.setStatus(answer.getStatus());
    HttpFields.Mutable headers = response.getHeaders();
    if (!empty && length >= 0) {
      headers.put(HttpHeader.CONTENT_LENGTH, length);
    }
    for (Map.Entry<String, List<String>> header : answer.getStringHeaders().entrySet()) {
      // Replaces what handlers before Jersey have set, and keeps a line for each value.
      headers.remove(header.getKey());
      header.getValue().forEach(value -> headers.add(header.getKey(), value));
    }
    return content;
  }

  @Override
  public void commit() {
    if (empty && response.getStatus() >= 400) {
      Response.writeError(request, response, callback, response.getStatus());
    } else {
      response.write(true, content.bytes(), callback);
    }
  }

  @Override
  public void failure(Throwable failed) {
    Response.writeError(request, response, callback, failed);
  }

  /** Only where nothing is written would Jetty not know the length. */
  @Override
  public boolean enableResponseBuffering() {
    return HttpMethod.HEAD.is(request.getMethod());
  }

  @Override
  public boolean suspend(long timeout, TimeUnit unit, TimeoutHandler handler) {
    throw new UnsupportedOperationException("no endpoint answers later");
  }

  @Override
  public void setSuspendTimeout(long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException("no endpoint answers later");
  }
}
