package dev.warmgate.connector;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.health.DefaultHealthFactory;
import io.dropwizard.health.HealthFactory;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives the servlets beside the API (health checks, the admin port) what endpoints have: security
 * headers, and a 405 that names the allowed methods. A servlet of its own would also answer TRACE.
 */
final class PlainServlets extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final List<String> READ = List.of("GET", "HEAD", "OPTIONS");
  private static final List<String> RUN = List.of("POST", "OPTIONS");

  private final transient Map<String, String> headers;

  private PlainServlets(Map<String, String> headers) {
    this.headers = headers;
  }

  static void guard(
      Optional<HealthFactory> health, Map<String, String> headers, Environment environment) {
    PlainServlets filter = new PlainServlets(headers);
    EnumSet<DispatcherType> requests = EnumSet.of(DispatcherType.REQUEST);
    environment
        .admin()
        .addFilter("plain-servlets", filter)
        .addMappingForUrlPatterns(requests, false, "/*");
    if (health.orElse(null) instanceof DefaultHealthFactory checks) {
      environment
          .servlets()
          .addFilter("plain-servlets", filter)
          .addMappingForUrlPatterns(
              requests, false, checks.getHealthCheckUrlPaths().toArray(String[]::new));
    }
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    headers.forEach(response::setHeader);
    response.setHeader("cache-control", "no-store");
    List<String> allowed = request.getRequestURI().startsWith("/tasks/") ? RUN : READ;
    boolean isAllowed = allowed.contains(request.getMethod());
    if (isAllowed && !request.getMethod().equals("OPTIONS")) {
      chain.doFilter(request, response);
      return;
    }
    response.setHeader("Allow", String.join(", ", allowed));
    if (!isAllowed) {
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    }
  }
}
