package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.filter.FastLane;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import org.glassfish.jersey.server.model.Resource;
import org.junit.jupiter.api.Test;

/** Pins which endpoints go past the heavy filters: a new one must be decided on here. */
final class LanesTest {
  @Test
  void sendTheseEndpointsPastTheHeavyFilters() {
    assertThat(endpoints(true))
        .containsExactly(
            "GET /.well-known/jwks.json",
            "GET /api/v1/auth/jwks.json",
            "GET /api/v1/auth/me",
            "GET /api/v1/auth/middleware-status",
            "GET /api/v1/auth/ping",
            "GET /openapi.json",
            "POST /api/v1/auth/login",
            "POST /api/v1/auth/logout",
            "POST /api/v1/auth/refresh",
            "POST /api/v1/auth/register");
  }

  @Test
  void sendTheseThroughEveryFilter() {
    assertThat(endpoints(false))
        .containsExactly(
            "DELETE /api/v1/auth/me",
            "DELETE /api/v1/auth/sessions/{id}",
            "GET /api/v1/auth/sessions",
            "GET /api/v1/database/performance",
            "POST /api/v1/auth/password");
  }

  private static Set<String> endpoints(boolean fast) {
    Set<String> found = new TreeSet<>();
    Resources.all().forEach(type -> collect(Resource.from(type), "", fast, found));
    return found;
  }

  private static void collect(Resource resource, String base, boolean fast, Set<String> found) {
    String path = (base + "/" + resource.getPath()).replaceAll("/+", "/");
    resource.getResourceMethods().stream()
        .filter(method -> fast == isFast(method.getInvocable().getHandlingMethod()))
        .forEach(method -> found.add(method.getHttpMethod() + " " + path));
    resource.getChildResources().forEach(child -> collect(child, path, fast, found));
  }

  private static boolean isFast(Method method) {
    return method.isAnnotationPresent(FastLane.class)
        || method.getDeclaringClass().isAnnotationPresent(FastLane.class);
  }
}
