package dev.warmgate.filter;

import dev.warmgate.problem.Html;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds the headers of the OWASP REST Security Cheat Sheet to every answer: not stored unless the
 * endpoint allows it, without content that a page could load unless the page has a policy of its
 * own, not sniffed, not framed, and only over TLS if clients use TLS.
 */
@Priority(FilterOrder.SECURITY_HEADERS)
public final class SecurityHeadersFilter implements ContainerResponseFilter {
  private static final List<Object> NO_STORE = List.of("no-store");

  // Shared by all answers, so that none of them allocates. In lower case, since Jersey copies every
  // other name.
  private final List<Map.Entry<String, List<Object>>> headers;

  /**
   * @param publicUrl where clients reach the service, perhaps through a proxy that terminates TLS
   */
  public SecurityHeadersFilter(String publicUrl) {
    headers =
        headers(publicUrl).entrySet().stream()
            .map(header -> Map.entry(header.getKey(), List.<Object>of(header.getValue())))
            .toList();
  }

  /** The headers of every answer, also of those that no filter handles. */
  public static Map<String, String> headers(String publicUrl) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("x-content-type-options", "nosniff");
    headers.put("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put("x-frame-options", "DENY");
    if (publicUrl.startsWith("https://")) {
      headers.put("strict-transport-security", "max-age=31536000");
    }
    return headers;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    MultivaluedMap<String, Object> all = response.getHeaders();
    all.putIfAbsent("cache-control", NO_STORE);
    if (response.getEntity() instanceof Html page) {
      page.headers().forEach((name, value) -> all.putIfAbsent(name, List.of(value)));
    }
    for (Map.Entry<String, List<Object>> header : headers) {
      all.putIfAbsent(header.getKey(), header.getValue());
    }
  }
}
