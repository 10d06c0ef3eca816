package dev.warmgate.connector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.problem.Problem;
import dev.warmgate.problem.ProblemType;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
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
  /** The attribute of a request that says more about its refusal than the status does. */
  static final String DETAIL = ProblemErrorHandler.class.getName() + ".detail";

  private final ObjectMapper json;
  private final Map<String, String> headers;

  /**
   * @param headers the headers of every answer
   */
  public ProblemErrorHandler(ObjectMapper json, Map<String, String> headers) {
    this.json = json;
    this.headers = headers;
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
    ProblemType type = ProblemType.ofStatus(code);
    // Without the path, which may be anything: no endpoint has matched it.
    Problem problem = Problem.of(type, (String) request.getAttribute(DETAIL), null, List.of());
    // Uses the status of the catalogue entry, so that the status line and the body agree.
    response.setStatus(type.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.forEach((name, value) -> response.getHeaders().put(name, value));
    Content.Sink.write(response, true, text(problem), callback);
  }

  private String text(Problem problem) {
    try {
      return json.writeValueAsString(problem);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a problem is always JSON", impossible);
    }
  }
}
