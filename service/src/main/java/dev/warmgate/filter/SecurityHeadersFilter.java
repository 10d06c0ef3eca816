package dev.warmgate.filter;

import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;

/**
 * Gives every answer the headers of an API: not stored unless it says so, not sniffed, not framed,
 * and only over TLS if that is how it is reached. The list of OWASP's REST Security Cheat Sheet.
 */
@Priority(FilterOrder.SECURITY_HEADERS)
public final class SecurityHeadersFilter implements ContainerResponseFilter {
  // Shared by all answers: a list made for each would be garbage a moment later. So would a copy of
  // each name: Jersey makes one of every name that is not in lower case.
  private static final List<Object> NO_STORE = List.of("no-store");
  private static final List<Object> NO_SNIFF = List.of("nosniff");
  private static final List<Object> NOTHING_TO_LOAD =
      List.of("default-src 'none'; frame-ancestors 'none'");
  private static final List<Object> DENY = List.of("DENY");
  private static final List<Object> TLS_FOR_A_YEAR = List.of("max-age=31536000");

  private final boolean overTls;

  /**
   * @param publicUrl where clients reach us, perhaps through a proxy that ends TLS
   */
  public SecurityHeadersFilter(String publicUrl) {
    overTls = publicUrl.startsWith("https://");
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    MultivaluedMap<String, Object> headers = response.getHeaders();
    headers.putIfAbsent("cache-control", NO_STORE);
    headers.put("x-content-type-options", NO_SNIFF);
    headers.put("content-security-policy", NOTHING_TO_LOAD);
    headers.put("x-frame-options", DENY);
    if (overTls) {
      headers.put("strict-transport-security", TLS_FOR_A_YEAR);
    }
  }
}
