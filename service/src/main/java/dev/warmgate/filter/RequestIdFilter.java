package dev.warmgate.filter;

import dev.warmgate.request.RequestContext;
import dev.warmgate.warmup.WarmupMark;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.PreMatching;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Gives the request its id, for the log and for the client; keeps the client's own id if it is
 * plain. Recognises requests of the warm-up, which are not recorded.
 */
@PreMatching
@Priority(FilterOrder.REQUEST_ID)
public final class RequestIdFilter extends TracedRequestFilter {
  /** In lower case, since Jersey copies every other name. */
  public static final String HEADER = "x-request-id";

  public static final String MDC_KEY = "request_id";

  /** What is safe in a log line. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{8,64}");

  private final WarmupMark mark;

  public RequestIdFilter(WarmupMark mark, OpenTelemetry telemetry) {
    super("request-id", false, telemetry);
    this.mark = mark;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    String id = id(request.getHeaderString(HEADER));
    RequestContext context = RequestContext.of(request);
    context.name(id);
    if (mark.isOpen()) {
      mark.recognise(context, request.getHeaderString(WarmupMark.HEADER), context.peerAddress());
    }
    MDC.put(MDC_KEY, id);
  }

  /** Returns the client's own id if it is plain, or a new one. */
  public static String id(@Nullable String given) {
    return given != null && PLAIN.matcher(given).matches()
        ? given
        // Unique but not secret, so it needs no secure generator.
        : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
