package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers 415 to a body that is compressed or names another charset than UTF-8, so that nobody
 * between the client and the service can read it differently (RFC 9110 section 15.5.16).
 */
public final class BodyEncoding implements ReaderInterceptor {
  private static final String UTF_8 = "utf-8";
  private static final String IDENTITY = "identity";

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    check(context.getMediaType(), context.getHeaders());
    return context.proceed();
  }

  /** For a filter that reads the body before the endpoint does. */
  static void check(@Nullable MediaType type, MultivaluedMap<String, String> headers) {
    for (String coding : headers.getOrDefault(HttpHeaders.CONTENT_ENCODING, List.of())) {
      if (!coding.isBlank() && !coding.strip().equalsIgnoreCase(IDENTITY)) {
        throw ApiException.withHeaders(
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            "Bodies may not be compressed",
            Map.of(HttpHeaders.ACCEPT_ENCODING, IDENTITY));
      }
    }
    String charset = type == null ? null : type.getParameters().get(MediaType.CHARSET_PARAMETER);
    if (charset != null && !charset.equalsIgnoreCase(UTF_8)) {
      throw new ApiException(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Bodies must be in UTF-8");
    }
  }
}
