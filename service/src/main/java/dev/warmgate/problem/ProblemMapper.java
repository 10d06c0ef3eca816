package dev.warmgate.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns every exception of a request into a {@link Problem}. An unknown exception becomes a 500
 * without detail and is logged with its stack trace.
 */
public final class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final Logger log = LoggerFactory.getLogger(ProblemMapper.class);
  private static final Duration OUTAGE_RETRY = Duration.ofSeconds(1);

  /** No endpoint has any. */
  private static final Pattern MATRIX_PARAMETERS = Pattern.compile(";[^/]*");

  /** The errors of a path that has endpoints, but none for the method or the content types. */
  private static final Set<Integer> MATCHED = Set.of(405, 406, 415);

  private static final String BASIC = "Basic realm=\"service keys\"";
  private static final Set<ProblemType> ABOUT_ACCESS_TOKENS =
      Set.of(ProblemType.INVALID_TOKEN, ProblemType.EXPIRED_TOKEN, ProblemType.SESSION_ENDED);

  private final Function<Throwable, Optional<ProblemType>> outages;
  private final ErrorForms forms;

  @Context private UriInfo uriInfo;
  @Context private HttpHeaders request;
  @Context private ResourceInfo resource;

  /**
   * @param outages recognises failures of dependencies, so that this class does not depend on them
   */
  public ProblemMapper(Function<Throwable, Optional<ProblemType>> outages, ErrorForms forms) {
    this.outages = outages;
    this.forms = forms;
  }

  @Override
  public Response toResponse(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiException refusal) {
        return response(refusal);
      }
      Optional<ProblemType> outage = outages.apply(cause);
      if (outage.isPresent()) {
        log.warn("dependency failed: {} ({})", outage.get().code(), cause.getMessage());
        return response(ApiException.retryAfter(outage.get(), OUTAGE_RETRY));
      }
    }
    return switch (thrown) {
      case ConstraintViolationException invalid -> response(invalid);
      case JsonProcessingException json -> response(json);
      case WebApplicationException web -> response(web);
      // Only I/O with the client reaches this mapper as an IOException: the client disconnected.
      case IOException _ -> response(new ApiException(ProblemType.BAD_REQUEST));
      default -> {
        log.error("request failed", thrown);
        yield response(new ApiException(ProblemType.INTERNAL_ERROR));
      }
    };
  }

  private Response response(ConstraintViolationException invalid) {
    List<Problem.FieldError> errors =
        invalid.getConstraintViolations().stream()
            .map(violation -> new Problem.FieldError(field(violation), violation.getMessage()))
            .sorted((a, b) -> a.field().compareTo(b.field()))
            .toList();
    return response(ProblemType.VALIDATION_FAILED, null, errors, null, null).build();
  }

  private Response response(JsonProcessingException json) {
    if (json instanceof UnrecognizedPropertyException unknown) {
      return response(
          ApiException.field(
              ProblemType.VALIDATION_FAILED, path(unknown), "is not a field of this request"));
    }
    if (isMalformed(json.getCause())) {
      return response(new ApiException(ProblemType.MALFORMED_JSON));
    }
    if (json instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      // Constructors of value types throw messages that are meant for the client.
      String message =
          mapping instanceof ValueInstantiationException
                  && mapping.getCause() instanceof IllegalArgumentException refusal
              ? refusal.getMessage()
              : "does not have the expected type";
      return response(ApiException.field(ProblemType.VALIDATION_FAILED, path(mapping), message));
    }
    return response(new ApiException(ProblemType.MALFORMED_JSON));
  }

  private Response response(WebApplicationException web) {
    int status = web.getResponse().getStatus();
    if (status < 400) {
      return web.getResponse();
    }
    if (status >= 500) {
      log.error("request failed", web);
    }
    Response.ResponseBuilder response =
        response(ProblemType.ofStatus(status), null, List.of(), null, null);
    Optional.ofNullable(web.getResponse().getHeaderString(HttpHeaders.ALLOW))
        .ifPresent(allow -> response.header(HttpHeaders.ALLOW, allowed(allow)));
    return response.build();
  }

  /** Jersey answers HEAD wherever it answers GET, but names it only in its answer to OPTIONS. */
  private static String allowed(String named) {
    Set<String> methods = new TreeSet<>(List.of(named.split(" *, *", -1)));
    methods.add(HttpMethod.OPTIONS);
    if (methods.contains(HttpMethod.GET)) {
      methods.add(HttpMethod.HEAD);
    }
    return String.join(", ", methods);
  }

  private Response response(ApiException refusal) {
    Response.ResponseBuilder response =
        response(
            refusal.type(),
            refusal.detail(),
            refusal.errors(),
            refusal.retryAfter(),
            refusal.secondStep());
    // These headers replace the default ones of the status.
    refusal.headers().forEach((name, value) -> response.header(name, null).header(name, value));
    return response.build();
  }

  private Response.ResponseBuilder response(
      ProblemType type,
      @Nullable String detail,
      List<Problem.FieldError> errors,
      @Nullable Duration retryAfter,
      @Nullable SecondStep step) {
    String path = "/" + MATRIX_PARAMETERS.matcher(uriInfo.getPath()).replaceAll("");
    Optional<String> signIn = forms.signIn(path, type);
    if (signIn.isPresent()) {
      return Response.status(Response.Status.SEE_OTHER).header("location", signIn.get());
    }
    // A path that no endpoint has matched may be anything.
    boolean matched = resource.getResourceMethod() != null || MATCHED.contains(type.status());
    ErrorForms.Body body =
        forms.body(
            path,
            type,
            detail,
            matched ? path : null,
            errors,
            retryAfter,
            request::getHeaderString);
    Object entity =
        step != null && body.entity() instanceof Problem problem
            ? problem.asking(step)
            : body.entity();
    Response.ResponseBuilder response =
        Response.status(body.status()).type(body.mediaType()).entity(entity);
    body.headers().forEach(response::header);
    challenges(type, body.status(), forms.isForOAuthClients(path))
        .forEach(challenge -> response.header(HttpHeaders.WWW_AUTHENTICATE, challenge));
    if (retryAfter != null) {
      response.header(HttpHeaders.RETRY_AFTER, Math.max(1, retryAfter.plusMillis(999).toSeconds()));
    }
    return response;
  }

  /**
   * RFC 9110 section 15.5.2 requires a challenge with every 401; RFC 6750 defines the error codes
   * of a bearer token. An OAuth client may use two schemes, and the one it used comes first.
   */
  private List<String> challenges(ProblemType type, int status, boolean oauth) {
    if (oauth && type == ProblemType.FORBIDDEN) {
      return List.of("Bearer error=\"insufficient_scope\"");
    }
    if (status != 401) {
      return List.of();
    }
    if (oauth && isBasic(request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
      return List.of(BASIC, "Bearer");
    }
    String bearer =
        ABOUT_ACCESS_TOKENS.contains(type) ? "Bearer error=\"invalid_token\"" : "Bearer";
    return oauth ? List.of(bearer, BASIC) : List.of(bearer);
  }

  private static boolean isBasic(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6);
  }

  /** Returns whether the parser found malformed or oversized JSON while it read a field. */
  private static boolean isMalformed(@Nullable Throwable cause) {
    return switch (cause) {
      // A number that is out of the range of its field is valid JSON.
      case InputCoercionException _ -> false;
      case StreamReadException _, StreamConstraintsException _ -> true;
      case null, default -> false;
    };
  }

  private static String path(JsonMappingException mapping) {
    return mapping.getPath().stream()
        .map(JsonMappingException.Reference::getFieldName)
        .filter(name -> name != null)
        .collect(Collectors.joining("."));
  }

  /**
   * Returns the last property of the violation's path in snake case, as in the JSON of the request,
   * or {@code body} if the body itself is missing.
   */
  private static String field(ConstraintViolation<?> violation) {
    String last = "body";
    for (Path.Node node : violation.getPropertyPath()) {
      last = node.getKind() == ElementKind.PROPERTY ? node.getName() : last;
    }
    return last.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
  }
}
