package dev.warmgate.connector;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.common.Attributes;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Why a request is refused before its body is complete; the connection is closed with it. */
enum BodyRefusal {
  /** The body did not arrive in time. */
  TIMEOUT(ProblemType.REQUEST_TIMEOUT),

  /** The client's address has too many unfinished requests. */
  ADDRESS(ProblemType.TOO_MANY_UNFINISHED),

  /** All clients together have, or those of one proxy. */
  FULL(ProblemType.OVERLOADED),

  TOO_LARGE(ProblemType.BODY_TOO_LARGE),

  /** The client ended the connection, or its chunks are not valid. */
  BROKEN(ProblemType.BAD_REQUEST);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ProblemType type;

  BodyRefusal(ProblemType type) {
    this.type = type;
  }

  Attributes attributes() {
    return Attributes.of(Telemetry.OUTCOME, name().toLowerCase(Locale.ROOT));
  }

  void answer(Request request, Response response, Callback callback) {
    request.setAttribute(ProblemErrorHandler.PROBLEM, problem());
    response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    // To close a connection with unread bytes resets it, and the client might lose the answer.
    boolean _ = request.consumeAvailable();
    Response.writeError(request, response, callback, type.status());
  }

  private ApiException problem() {
    return switch (this) {
      case ADDRESS, FULL -> ApiException.retryAfter(type, RETRY);
      case TOO_LARGE -> new ApiException(type, "A body may have at most 65,536 bytes");
      case TIMEOUT, BROKEN -> new ApiException(type);
    };
  }
}
