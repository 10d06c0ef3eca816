package dev.warmgate.traffic;

import dev.warmgate.request.Watched;
import dev.warmgate.telemetry.Latencies;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.model.Invocable;
import org.glassfish.jersey.server.model.ResourceMethod;

/**
 * The endpoint of a request, identified by the path's template and never by the path itself, which
 * can contain anything that a client sends.
 *
 * @param handler the endpoint's method, such as {@code SessionResource.login}
 * @param watched the latency target it belongs to
 */
public record Route(String template, String handler, Latencies.Watched watched) {
  static final Route UNMATCHED = new Route("unmatched", "", Latencies.Watched.NOTHING);

  /** Jersey creates one ResourceMethod per endpoint, so the size of this table is bounded. */
  static final class Table {
    private final ConcurrentMap<ResourceMethod, Route> routes = new ConcurrentHashMap<>();

    Route of(ContainerRequestContext request) {
      if (!(request.getUriInfo() instanceof ExtendedUriInfo uri)
          || uri.getMatchedResourceMethod() == null) {
        return UNMATCHED;
      }
      Route known = routes.get(uri.getMatchedResourceMethod());
      return known == null
          ? routes.computeIfAbsent(uri.getMatchedResourceMethod(), method -> read(uri, method))
          : known;
    }

    private static Route read(ExtendedUriInfo uri, ResourceMethod method) {
      StringBuilder template = new StringBuilder();
      // Jersey lists the innermost template first.
      uri.getMatchedTemplates().reversed().forEach(part -> template.append(part.getTemplate()));
      Invocable invocable = method.getInvocable();
      return new Route(
          template.toString().replaceAll("/{2,}", "/"),
          invocable.getHandler().getHandlerClass().getSimpleName()
              + "."
              + invocable.getDefinitionMethod().getName(),
          watched(invocable));
    }

    private static Latencies.Watched watched(Invocable invocable) {
      Watched annotation = invocable.getDefinitionMethod().getAnnotation(Watched.class);
      return annotation == null ? Latencies.Watched.NOTHING : annotation.value();
    }
  }
}
