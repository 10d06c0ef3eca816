package dev.warmgate.problem;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The form of errors by the path of the request, which is known even if no endpoint is matched: the
 * members of OAuth at the endpoints marked with {@link OAuthErrors}, pages where people look at
 * them, and problems elsewhere.
 */
public final class ErrorForms {
  private final Set<String> oauth;
  private final @Nullable ErrorPages pages;
  private final @Nullable ForeignErrors foreign;

  /**
   * An error as it is sent.
   *
   * @param status not that of the catalogue in the form of another API
   * @param headers of this form
   */
  public record Body(int status, String mediaType, Object entity, Map<String, String> headers) {
    static Body of(ProblemType type, String mediaType, Object entity) {
      return new Body(type.status(), mediaType, entity, Map.of());
    }
  }

  private ErrorForms(
      Set<String> oauth, @Nullable ErrorPages pages, @Nullable ForeignErrors foreign) {
    this.foreign = foreign;
    this.oauth = oauth;
    this.pages = pages;
  }

  /** Returns the forms of a service without pages. */
  public static ErrorForms of(Collection<?> endpoints) {
    return of(endpoints, null, null);
  }

  /**
   * @param endpoints instances of resource classes
   * @param pages if there are any
   * @param foreign if another API is served, too
   */
  public static ErrorForms of(
      Collection<?> endpoints, @Nullable ErrorPages pages, @Nullable ForeignErrors foreign) {
    return new ErrorForms(
        endpoints.stream()
            .map(Object::getClass)
            .filter(type -> type.isAnnotationPresent(OAuthErrors.class))
            .flatMap(ErrorForms::paths)
            .collect(Collectors.toUnmodifiableSet()),
        pages,
        foreign);
  }

  /** Returns the type of the problem in the body of an answer, of any form. */
  public static Optional<ProblemType> typeOf(@Nullable Object body) {
    return switch (body) {
      case Problem problem -> Optional.of(ProblemType.ofCode(problem.code()));
      case OAuthProblem oauth -> Optional.of(ProblemType.ofCode(oauth.problem().code()));
      case ForeignErrors.Body foreign -> Optional.of(foreign.problem());
      case Html page -> Optional.ofNullable(page.problem());
      case null, default -> Optional.empty();
    };
  }

  private static Stream<String> paths(Class<?> type) {
    String base = type.getAnnotation(Path.class).value();
    return Stream.of(type.getDeclaredMethods())
        .filter(method ->
            Stream.of(method.getAnnotations())
                .anyMatch(mark -> mark.annotationType().isAnnotationPresent(HttpMethod.class)))
        .map(method -> method.getAnnotation(Path.class))
        .map(path -> path == null ? base : base + "/" + path.value());
  }

  /**
   * @param path with its leading slash; {@code null} if the request has none
   */
  public boolean isForOAuthClients(@Nullable String path) {
    return path != null && oauth.contains(withoutSlashes(path));
  }

  /** Returns where the client of a page goes to sign in, if that is what the problem asks for. */
  public Optional<String> signIn(@Nullable String path, ProblemType type) {
    return Optional.ofNullable(pages)
        .filter(known -> type.status() == 401 && path != null && known.isFor(path))
        .map(ErrorPages::signIn);
  }

  /** Endpoints are also served with slashes at the end. */
  private static String withoutSlashes(String path) {
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  /**
   * @param path of the request, which chooses the form
   * @param instance the path, if it may be shown
   * @param headers the request's, by their names
   */
  public Body body(
      @Nullable String path,
      ProblemType type,
      @Nullable String detail,
      @Nullable String instance,
      List<Problem.FieldError> errors,
      @Nullable Duration retryAfter,
      UnaryOperator<@Nullable String> headers) {
    boolean isForeign = foreign != null && path != null && foreign.isFor(path);
    boolean isForPeople = isForeign && foreign.isForPeople(path, headers);
    if (isForeign && (pages == null || !isForPeople)) {
      return foreign.write(path, type, detail, errors, retryAfter, headers);
    }
    if (pages != null && path != null && (isForPeople || pages.isFor(path))) {
      return Body.of(type, Html.MEDIA_TYPE, pages.show(type, headers));
    }
    Problem problem = Problem.of(type, detail, instance, errors);
    return isForOAuthClients(path)
        ? Body.of(type, MediaType.APPLICATION_JSON, OAuthProblem.of(type, detail, problem))
        : Body.of(type, Problem.MEDIA_TYPE, problem);
  }
}
