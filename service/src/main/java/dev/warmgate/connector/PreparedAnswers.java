package dev.warmgate.connector;

import dev.warmgate.filter.ExposedKeys;
import dev.warmgate.filter.LoadTestKeys;
import dev.warmgate.filter.RequestIdFilter;
import dev.warmgate.request.PreparedAnswer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerRoute;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerRouteSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Sends what is the same for everybody without the filters, which would cost more than the answer.
 * It takes only plain requests without any key for exactly these paths; all others, and those
 * before there is an answer, go to the endpoint, which answers alike.
 */
final class PreparedAnswers extends Handler.Wrapper {
  /** Of clients that want any type, or name this one only. */
  private static final Set<String> ACCEPTED = Set.of("*/*", "application/json");

  /** What the filters or the endpoint look at: keys to check or to report, and conditions. */
  private static final List<String> FOR_FILTERS =
      List.of(
          ExposedKeys.API_KEY, "authorization", LoadTestKeys.HEADER, "if-match", "if-none-match");

  private final Map<String, Supplier<Optional<PreparedAnswer>>> answers;
  private final Map<String, String> headers;
  private volatile Fields latest = new Fields(new PreparedAnswer(new byte[0], Map.of()), Map.of());

  /**
   * @param answers by path
   * @param headers of every answer
   */
  PreparedAnswers(
      Map<String, Supplier<Optional<PreparedAnswer>>> answers, Map<String, String> headers) {
    this.answers = answers;
    this.headers = headers;
  }

  /** An answer with its headers as Jetty sends them. */
  private record Fields(PreparedAnswer answer, HttpFields fields) {
    Fields(PreparedAnswer answer, Map<String, String> headers) {
      this(answer, fields(answer, headers));
    }

    private static HttpFields fields(PreparedAnswer answer, Map<String, String> headers) {
      HttpFields.Mutable all = HttpFields.build();
      headers.forEach(all::put);
      answer.headers().forEach(all::put);
      return all.asImmutable();
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getPathQuery();
    Supplier<Optional<PreparedAnswer>> prepared = answers.get(path);
    if (prepared == null || !isPlain(request)) {
      return super.handle(request, response, callback);
    }
    Optional<PreparedAnswer> answer = prepared.get();
    if (answer.isEmpty()) {
      return super.handle(request, response, callback);
    }
    if (Span.current().getSpanContext().isValid()) {
      HttpServerRoute.update(Context.current(), HttpServerRouteSource.CONTROLLER, path);
    }
    HttpFields.Mutable sent = response.getHeaders();
    for (HttpField field : fields(answer.get())) {
      sent.put(field);
    }
    sent.put(
        RequestIdFilter.HEADER,
        RequestIdFilter.id(request.getHeaders().get(RequestIdFilter.HEADER)));
    response.write(true, ByteBuffer.wrap(answer.get().bytes()), callback);
    return true;
  }

  private static boolean isPlain(Request request) {
    if (!HttpMethod.GET.is(request.getMethod())) {
      return false;
    }
    HttpFields asked = request.getHeaders();
    String accepted = asked.get(HttpHeader.ACCEPT);
    return (accepted == null || ACCEPTED.contains(accepted))
        && FOR_FILTERS.stream().noneMatch(asked::contains);
  }

  private HttpFields fields(PreparedAnswer answer) {
    Fields known = latest;
    if (!known.answer().equals(answer)) {
      known = new Fields(answer, headers);
      latest = known;
    }
    return known.fields();
  }
}
