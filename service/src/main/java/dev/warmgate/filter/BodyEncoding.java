package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers 415 to a body that is compressed or names another charset than UTF-8, so that nobody
 * between the client and the service can read it differently (RFC 9110 section 15.5.16).
 */
public final class BodyEncoding implements ReaderInterceptor {
  private static final String IDENTITY = "identity";

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    check(context.getMediaType(), context.getHeaders());
    return context.proceed();
  }

  /** For every request, since not every endpoint reads the body that a client sends. */
  static void check(ContainerRequestContext request) {
    Optional<ApiException> refusal = refusal(request.getMediaType(), request.getHeaders());
    if (refusal.isPresent() && request.hasEntity()) {
      throw refusal.get();
    }
  }

  /** For a filter that reads the body before the endpoint does. */
  static void check(@Nullable MediaType type, MultivaluedMap<String, String> headers) {
    refusal(type, headers)
        .ifPresent(refusal -> {
          throw refusal;
        });
  }

  private static Optional<ApiException> refusal(
      @Nullable MediaType type, MultivaluedMap<String, String> headers) {
    for (String coding : headers.getOrDefault(HttpHeaders.CONTENT_ENCODING, List.of())) {
      if (!coding.isBlank() && !coding.strip().equalsIgnoreCase(IDENTITY)) {
        return Optional.of(
            ApiException.withHeaders(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "Bodies may not be compressed",
                Map.of(HttpHeaders.ACCEPT_ENCODING, IDENTITY)));
      }
    }
    String charset = type == null ? null : type.getParameters().get(MediaType.CHARSET_PARAMETER);
    return charset == null || isUtf8(charset)
        ? Optional.empty()
        : Optional.of(
            new ApiException(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Bodies must be in UTF-8"));
  }

  private static boolean isUtf8(String charset) {
    try {
      return Charset.forName(charset).equals(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }
}
