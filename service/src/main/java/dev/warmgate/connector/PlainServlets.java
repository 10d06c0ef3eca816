package dev.warmgate.connector;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the servlets beside the API (health checks, the admin port) what endpoints have: security
 * headers, a 405 that names the allowed methods, and a 404 at every other path. A servlet of its
 * own would also answer TRACE, and 405 where there is nothing.
 */
final class PlainServlets extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final List<String> READ = List.of("GET", "HEAD", "OPTIONS");
  private static final List<String> RUN = List.of("POST", "OPTIONS");

  /** The pages of the admin port, of which Dropwizard serves the first five. */
  private static final Set<String> PAGES =
      Set.of(
          "/",
          "/healthcheck",
          "/metrics",
          "/ping",
          "/threads",
          "/observatory",
          "/observatory.json");

  private static final Set<String> TASKS = Set.of("/tasks/load-test");

  /** What can be asked of a health path. Of another type it would say that all is well. */
  private static final Set<String> HEALTH_TYPES = Set.of("ready", "alive");

  private final transient Map<String, String> headers;
  private final transient Set<String> pages;
  private final boolean health;

  private PlainServlets(Map<String, String> headers, Set<String> pages, boolean health) {
    this.headers = headers;
    this.pages = pages;
    this.health = health;
  }

  /** Returns the paths of the API port that servlets answer. */
  static Set<String> guard(
      Optional<HealthFactory> health, Map<String, String> headers, Environment environment) {
    EnumSet<DispatcherType> requests = EnumSet.of(DispatcherType.REQUEST);
    environment
        .admin()
        .addFilter("plain-servlets", new PlainServlets(headers, PAGES, false))
        .addMappingForUrlPatterns(requests, false, "/*");
    if (!(health.orElse(null) instanceof DefaultHealthFactory checks)) {
      return Set.of();
    }
    Set<String> paths = Set.copyOf(checks.getHealthCheckUrlPaths());
    environment
        .servlets()
        .addFilter("plain-servlets", new PlainServlets(headers, paths, true))
        .addMappingForUrlPatterns(requests, false, paths.toArray(String[]::new));
    return paths;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    headers.forEach(response::setHeader);
    response.setHeader("cache-control", "no-store");
    List<String> allowed = allowed(path(request));
    if (allowed.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    boolean isAllowed = allowed.contains(request.getMethod());
    if (isAllowed && !request.getMethod().equals("OPTIONS")) {
      if (health && !asksForKnownType(request)) {
        ProblemErrorHandler.refuse(
            request,
            response,
            new ApiException(ProblemType.BAD_REQUEST, "The type must be ready or alive"));
        return;
      }
      chain.doFilter(request, response);
      return;
    }
    response.setHeader("Allow", String.join(", ", allowed));
    if (!isAllowed) {
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    }
  }

  private static boolean asksForKnownType(HttpServletRequest request) {
    String[] types = request.getParameterValues("type");
    return types == null
        || (types.length == 1 && HEALTH_TYPES.contains(types[0].toLowerCase(Locale.ROOT)));
  }

  private List<String> allowed(String path) {
    if (pages.contains(path)) {
      return READ;
    }
    return TASKS.contains(path) ? RUN : List.of();
  }

  /** Returns the path as the servlets are matched by it: decoded and without parameters. */
  private static String path(HttpServletRequest request) {
    String rest = request.getPathInfo();
    return rest == null ? request.getServletPath() : request.getServletPath() + rest;
  }
}
