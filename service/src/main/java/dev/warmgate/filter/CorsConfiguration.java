package dev.warmgate.filter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The origins whose pages may read answers of the API in a browser: none by default. The account
 * pages, which know their visitors by a cookie, are never covered.
 *
 * @param allowedOrigins exactly as browsers send them; no patterns
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record CorsConfiguration(
    @NotNull
        List<
                @NotNull
                @Pattern(
                    regexp = "https?://[a-z0-9.-]+(:[1-9][0-9]{0,4})?",
                    message = "must be origins such as https://app.example.com")
                String>
            allowedOrigins) {
  private static final Set<String> EXPOSED =
      Set.of("X-Request-Id", "Retry-After", "RateLimit", "RateLimit-Policy", "WWW-Authenticate");

  private static final Set<String> HEADERS =
      Set.of("Authorization", "Content-Type", "X-Request-Id", "traceparent");

  private static final Set<String> SUPABASE_EXPOSED =
      union(EXPOSED, "X-Supabase-Api-Version", "X-Sb-Error-Code", "X-Total-Count", "Link");

  private static final Set<String> SUPABASE_HEADERS =
      union(HEADERS, "apikey", "x-client-info", "x-supabase-api-version", "x-jwt-aud");

  private static Set<String> union(Set<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
  }

  private static final java.util.regex.Pattern SUPABASE =
      java.util.regex.Pattern.compile("/+auth/+v1(/.*)?");

  /** As Jersey matches it, which takes repeated slashes for one. */
  private static final java.util.regex.Pattern PAGES =
      java.util.regex.Pattern.compile("/+account(/.*)?");

  public CorsConfiguration(@Nullable List<String> allowedOrigins) {
    this.allowedOrigins = allowedOrigins == null ? List.of() : allowedOrigins;
  }

  @JsonIgnore
  public boolean isNeeded() {
    return !allowedOrigins.isEmpty();
  }

  /**
   * Answers preflights before any filter runs, and adds the CORS headers to other answers.
   *
   * @param supabase whether there is the Supabase form of the API, whose clients send other headers
   */
  public List<CrossOriginHandler> handlers(boolean supabase) {
    CrossOriginHandler own =
        handler(
            path -> covers(path) && !(supabase && isSupabase(path)),
            Set.of("GET", "POST", "PATCH", "DELETE"),
            HEADERS,
            EXPOSED);
    return supabase
        ? List.of(
            own,
            handler(
                CorsConfiguration::isSupabase,
                Set.of("GET", "POST", "PUT", "PATCH", "DELETE"),
                SUPABASE_HEADERS,
                SUPABASE_EXPOSED))
        : List.of(own);
  }

  private CrossOriginHandler handler(
      Predicate<@Nullable String> covered,
      Set<String> methods,
      Set<String> headers,
      Set<String> exposed) {
    CrossOriginHandler handler =
        new CrossOriginHandler() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            return covered.test(request.getHttpURI().getCanonicalPath())
                ? super.handle(request, response, callback)
                : getHandler().handle(request, response, callback);
          }
        };
    handler.setAllowedOriginPatterns(
        allowedOrigins.stream()
            .map(java.util.regex.Pattern::quote)
            .collect(Collectors.toUnmodifiableSet()));
    handler.setAllowedMethods(methods);
    handler.setAllowedHeaders(headers);
    handler.setExposedHeaders(exposed);
    handler.setAllowCredentials(false);
    handler.setPreflightMaxAge(Duration.ofMinutes(10));
    return handler;
  }

  private static boolean covers(@Nullable String path) {
    return path != null && !PAGES.matcher(path).matches();
  }

  private static boolean isSupabase(@Nullable String path) {
    return path != null && SUPABASE.matcher(path).matches();
  }

  /** Returns the headers with which a page of this origin may read an answer, as the handler's. */
  public Map<String, String> headers(@Nullable String path, @Nullable String origin) {
    Map<String, String> headers = new HashMap<>();
    if (!isNeeded() || (path != null && !covers(path))) {
      return headers;
    }
    headers.put("Vary", "Origin");
    if (origin != null && allowedOrigins.contains(origin)) {
      headers.put("Access-Control-Allow-Origin", origin);
      headers.put(
          "Access-Control-Expose-Headers",
          String.join(",", isSupabase(path) ? SUPABASE_EXPOSED : EXPOSED));
    }
    return headers;
  }

  public static CorsConfiguration defaults() {
    return new CorsConfiguration(null);
  }
}
