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
 * Where a request went, by the template of the path and never by the path itself, which a client
 * can fill with anything.
 *
 * @param handler the method that answers, such as {@code SessionResource.login}
 * @param watched what its latency is entered as
 */
public record Route(String template, String handler, Latencies.Watched watched) {
  static final Route UNMATCHED = new Route("unmatched", "", Latencies.Watched.NOTHING);

  /** Jersey makes one ResourceMethod per endpoint, so this holds as many routes as there are. */
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
      // The innermost comes first.
      uri.getMatchedTemplates().reversed().forEach(part -> template.append(part.getTemplate()));
      Invocable answers = method.getInvocable();
      return new Route(
          template.toString().replaceAll("/{2,}", "/"),
          answers.getHandler().getHandlerClass().getSimpleName()
              + "."
              + answers.getDefinitionMethod().getName(),
          watched(answers));
    }

    private static Latencies.Watched watched(Invocable answers) {
      Watched mark = answers.getDefinitionMethod().getAnnotation(Watched.class);
      return mark == null ? Latencies.Watched.NOTHING : mark.value();
    }
  }
}
