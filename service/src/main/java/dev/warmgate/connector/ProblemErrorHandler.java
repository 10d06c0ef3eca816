package dev.warmgate.connector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.filter.CorsConfiguration;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ErrorForms;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Gives refusals by Jetty itself (an ambiguous URI, headers over the limit, a bad request line) the
 * same body as every other error, so that a client needs one parser.
 */
public final class ProblemErrorHandler extends ErrorHandler {
  /** The request attribute for a refusal that says more than its status. */
  static final String PROBLEM = ProblemErrorHandler.class.getName();

  private final ObjectMapper json;
  private final ErrorForms forms;
  private final Map<String, String> headers;
  private final CorsConfiguration cors;

  /**
   * @param headers the headers of every answer
   */
  public ProblemErrorHandler(
      ObjectMapper json, ErrorForms forms, Map<String, String> headers, CorsConfiguration cors) {
    this.json = json;
    this.forms = forms;
    this.headers = headers;
    this.cors = cors;
  }

  /** Answers a request to a servlet with a refusal that says more than its status. */
  public static void refuse(
      HttpServletRequest request, HttpServletResponse response, ApiException refusal)
      throws IOException {
    request.setAttribute(PROBLEM, refusal);
    response.sendError(refusal.type().status());
  }

  Map<String, String> headers() {
    return headers;
  }

  /** Covers every method, also those that Jetty answers without a body. */
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      String message,
      @Nullable Throwable cause,
      Callback callback) {
    ApiException refusal =
        request.getAttribute(PROBLEM) instanceof ApiException known
            ? known
            : new ApiException(ProblemType.ofStatus(code));
    ProblemType type = refusal.type();
    type.markTrace();
    // Without the path, which may be anything: no endpoint has matched it.
    String path = path(request.getHttpURI());
    ErrorForms.Body body =
        forms.body(
            path,
            type,
            refusal.detail(),
            null,
            List.of(),
            refusal.retryAfter(),
            name -> request.getHeaders().get(name));
    // Uses the status of the catalogue entry, so that the status line and the body agree.
    response.setStatus(body.status());
    body.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, body.mediaType());
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    if (refusal.retryAfter() != null) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, refusal.retryAfter().toSeconds());
    }
    headers.forEach((name, value) -> response.getHeaders().put(name, value));
    // Jetty may refuse a request before the handler that adds these, and an error page clears them.
    cors.headers(path, request.getHeaders().get(HttpHeader.ORIGIN))
        .forEach((name, value) -> response.getHeaders().put(name, value));
    if (body.entity() instanceof Html page) {
      page.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    }
    Content.Sink.write(response, true, text(body.entity()), callback);
  }

  /** Returns the path as endpoints are matched by it, or as it was sent if it is not valid. */
  private static @Nullable String path(@Nullable HttpURI uri) {
    if (uri == null) {
      return null;
    }
    return uri.getCanonicalPath() == null ? uri.getPath() : uri.getCanonicalPath();
  }

  private String text(Object body) {
    if (body instanceof Html page) {
      return page.text();
    }
    try {
      return json.writeValueAsString(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a problem is always JSON", impossible);
    }
  }
}
