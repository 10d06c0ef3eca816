package dev.warmgate.token;

import dev.warmgate.filter.Caller;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;

/**
 * Says who a bearer token speaks for: the token must be ours and its session alive. If PostgreSQL
 * cannot be asked, the request fails with 503; a token is never accepted unasked.
 */
public final class VerifiedTokens {
  private final TokenVerifier verifier;
  private final TokenStateDao sessions;
  private final Tracer tracer;

  public VerifiedTokens(TokenVerifier verifier, TokenStateDao sessions, OpenTelemetry telemetry) {
    this.verifier = verifier;
    this.sessions = sessions;
    this.tracer = telemetry.getTracer(Telemetry.SCOPE);
  }

  /**
   * @throws ApiException 401 if the token does not stand for a living session
   */
  public Caller verify(String token) {
    Span span = tracer.spanBuilder(Telemetry.SPAN_TOKEN_VERIFY).startSpan();
    try (Scope _ = span.makeCurrent()) {
      Caller caller = verifier.verify(token);
      if (!sessions.isLive(caller.sessionId(), caller.accountId())) {
        throw new ApiException(ProblemType.SESSION_ENDED);
      }
      return caller;
    } finally {
      span.end();
    }
  }
}
