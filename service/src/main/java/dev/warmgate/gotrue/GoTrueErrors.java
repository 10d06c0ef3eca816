package dev.warmgate.gotrue;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.warmgate.problem.ErrorForms;
import dev.warmgate.problem.ForeignErrors;
import dev.warmgate.problem.Problem;
import dev.warmgate.problem.ProblemType;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes errors as GoTrue does: {@code code} and {@code message} for clients that name the version
 * of the API from which on it is so, and its older members for all others.
 */
final class GoTrueErrors implements ForeignErrors, ExceptionMapper<GoTrueException> {
  static final String ROOT = "/auth/v1";

  private static final String LINKS = ROOT + "/verify";
  private static final String VERSION_HEADER = "x-supabase-api-version";
  private static final String VERSION = "2024-01-01";

  @Context private HttpHeaders request;

  /** The body of an error, with its members as they are sent. */
  static final class Body implements ForeignErrors.Body {
    private final Map<String, Object> members;
    private final ProblemType problem;

    Body(Map<String, Object> members, ProblemType problem) {
      this.members = members;
      this.problem = problem;
    }

    @JsonAnyGetter
    public Map<String, Object> members() {
      return members;
    }

    @Override
    @JsonIgnore
    public ProblemType problem() {
      return problem;
    }
  }

  @Override
  public boolean isFor(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  /** The links of mails lead to one endpoint. */
  @Override
  public boolean isForPeople(String path, UnaryOperator<@Nullable String> headers) {
    String accepted = headers.apply(HttpHeaders.ACCEPT);
    return path.startsWith(LINKS) && accepted != null && accepted.contains(MediaType.TEXT_HTML);
  }

  @Override
  public ErrorForms.Body write(
      String path,
      ProblemType type,
      @Nullable String detail,
      List<Problem.FieldError> errors,
      @Nullable Duration retryAfter,
      UnaryOperator<@Nullable String> headers) {
    return write(GoTrueError.of(path, type, detail, errors, retryAfter), type, headers);
  }

  @Override
  public Response toResponse(GoTrueException refusal) {
    GoTrueError error = new GoTrueError(refusal.status(), refusal.code(), refusal.getMessage());
    ErrorForms.Body body =
        write(error, ProblemType.ofStatus(refusal.status()), request::getHeaderString);
    Response.ResponseBuilder response =
        Response.status(body.status()).type(body.mediaType()).entity(body.entity());
    body.headers().forEach(response::header);
    return response.build();
  }

  private static ErrorForms.Body write(
      GoTrueError error, ProblemType type, UnaryOperator<@Nullable String> headers) {
    Map<String, String> extra = new HashMap<>(Map.of("x-sb-error-code", error.code()));
    Map<String, Object> members = new LinkedHashMap<>();
    String version = headers.apply(VERSION_HEADER);
    if (version != null && version.compareTo(VERSION) >= 0) {
      extra.put(VERSION_HEADER, VERSION);
      members.put("code", error.code());
      members.put("message", error.message());
    } else {
      members.put("code", error.status());
      members.put("error_code", error.code());
      members.put("msg", error.message());
    }
    if (!error.weaknesses().isEmpty()) {
      members.put("weak_password", Map.of("reasons", error.weaknesses()));
    }
    return new ErrorForms.Body(
        error.status(), MediaType.APPLICATION_JSON, new Body(members, type), extra);
  }
}
