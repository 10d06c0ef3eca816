package dev.warmgate.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.model.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The rules of an endpoint, read once from its annotations. An annotation of the method overrides
 * one of its class.
 *
 * @param isBeforeFactor whether a caller may still have to use a second factor
 * @param isForAnonymous whether a caller may also have no credential
 * @param assurance what is asked of the caller's session; {@code null} if nothing is
 * @param outboundFields the JSON names of the body's fields that are {@link OutboundUrl}s
 */
public record Endpoint(
    boolean isPublic,
    boolean isAuthenticated,
    boolean isOnFastLane,
    boolean isForAnyAudience,
    boolean isBeforeFactor,
    boolean isForAnonymous,
    boolean isPage,
    boolean isSupabase,
    @Nullable Assurance assurance,
    Limit limit,
    List<String> roles,
    List<String> scopes,
    List<String> outboundFields) {
  private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE_CASE =
      new PropertyNamingStrategies.SnakeCaseStrategy();

  /**
   * Cached, since every request needs it several times; there are few endpoints and they never
   * change.
   */
  private static final ConcurrentMap<Method, Endpoint> KNOWN = new ConcurrentHashMap<>();

  /** Returns the endpoint that Jersey matched, independent of the spelling of the path. */
  public static Endpoint of(ContainerRequestContext request) {
    ExtendedUriInfo matched = (ExtendedUriInfo) request.getUriInfo();
    return of(matched.getMatchedResourceMethod().getInvocable());
  }

  public static Endpoint of(Invocable invocable) {
    Endpoint known = KNOWN.get(invocable.getDefinitionMethod());
    return known != null
        ? known
        : KNOWN.computeIfAbsent(
            invocable.getDefinitionMethod(),
            method -> read(invocable.getHandler().getHandlerClass(), method));
  }

  /** Returns whether nobody but a service may call the endpoint. */
  public boolean isForServicesOnly() {
    return roles.equals(List.of(Authenticated.SERVICE));
  }

  /** Returns whether a service may call the endpoint with its key. */
  public boolean isForServices() {
    return roles.contains(Authenticated.SERVICE);
  }

  private static Endpoint read(Class<?> type, Method method) {
    Optional<Authenticated> authenticated = find(Authenticated.class, method, type);
    return new Endpoint(
        find(Public.class, method, type).isPresent(),
        authenticated.isPresent(),
        find(FastLane.class, method, type).isPresent(),
        authenticated.map(Authenticated::anyAudience).orElse(false),
        authenticated.map(Authenticated::beforeFactor).orElse(false),
        authenticated.map(Authenticated::optional).orElse(false),
        type.isAnnotationPresent(Page.class),
        type.isAnnotationPresent(SupabaseApi.class),
        authenticated.map(rule -> assurance(rule, method)).orElse(null),
        find(RateLimited.class, method, type).map(RateLimited::value).orElse(Limit.OTHER),
        authenticated.map(rule -> List.of(rule.roles())).orElse(List.of()),
        authenticated.map(rule -> List.of(rule.scopes())).orElse(List.of()),
        outboundFields(method));
  }

  private static @Nullable Assurance assurance(Authenticated rule, Method method) {
    try {
      return rule.aal() == 1 && rule.maxAge().isEmpty()
          ? null
          : Assurance.parse(rule.aal(), rule.maxAge());
    } catch (IllegalArgumentException invalid) {
      throw new IllegalStateException(
          "%s has an invalid maxAge: %s, or aal: %d".formatted(method, rule.maxAge(), rule.aal()),
          invalid);
    }
  }

  private static <A extends Annotation> Optional<A> find(
      Class<A> annotation, AnnotatedElement... places) {
    return Arrays.stream(places)
        .filter(place -> place.isAnnotationPresent(annotation))
        .findFirst()
        .map(place -> place.getAnnotation(annotation));
  }

  private static List<String> outboundFields(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .flatMap(
            type -> type.isRecord() ? Arrays.stream(type.getRecordComponents()) : Stream.empty())
        .filter(component -> component.isAnnotationPresent(OutboundUrl.class))
        .map(RecordComponent::getName)
        .map(SNAKE_CASE::translate)
        .toList();
  }
}
