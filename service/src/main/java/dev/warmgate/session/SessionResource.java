package dev.warmgate.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.page.PageLimit;
import dev.warmgate.page.Position;
import dev.warmgate.password.Password;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.Watched;
import dev.warmgate.telemetry.Latencies;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.glassfish.jersey.server.ContainerRequest;
import org.jspecify.annotations.Nullable;

/** Login, refresh, logout and the list of sessions. */
@Path("/api/v1/auth")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class SessionResource {
  private final SessionService sessions;
  private final OwnSessionsService own;
  private final FreshAuthentication fresh;

  public SessionResource(
      SessionService sessions, OwnSessionsService own, FreshAuthentication fresh) {
    this.sessions = sessions;
    this.own = own;
    this.fresh = fresh;
  }

  /**
   * The credentials of an account.
   *
   * @param deviceToken from an earlier login to this account, if there was one
   * @param resource the API that the access token is for (RFC 8707); this one by default
   */
  public record Login(
      @NotNull EmailAddress email,
      @NotNull Password password,
      @Nullable String deviceToken,
      @Nullable String resource) {
    @Override
    public String toString() {
      return "Login[…]";
    }
  }

  /**
   * The refresh token to exchange.
   *
   * @param resource the API that the access token is for (RFC 8707); this one by default
   */
  public record Refresh(@NotNull String refreshToken, @Nullable String resource) {
    @Override
    public String toString() {
      return "Refresh[…]";
    }
  }

  /** One session of the caller. */
  public record Session(
      UUID sessionId,
      boolean current,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      @Nullable String userAgent) {}

  /**
   * A page of the caller's active sessions.
   *
   * @param next the value of {@code after} for the next page; only if there is one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Sessions(List<Session> sessions, @Nullable String next) {}

  @POST
  @Path("login")
  @Public
  @FastLane
  @Watched(Latencies.Watched.LOGIN)
  @RateLimited(Limit.LOGIN)
  @Operation(summary = "Open a session with an e-mail address and a password")
  public TokenPair login(
      @NotNull @Valid Login login, @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return sessions.login(
        login.email(), login.password(), login.deviceToken(), login.resource(), userAgent);
  }

  @POST
  @Path("refresh")
  @Public
  @FastLane
  @RateLimited(Limit.REFRESH)
  @Operation(summary = "Exchange a refresh token for the next pair of tokens")
  public TokenPair refresh(
      @NotNull @Valid Refresh refresh, @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return sessions.refresh(refresh.refreshToken(), refresh.resource(), userAgent);
  }

  @POST
  @Path("logout")
  @Consumes(MediaType.WILDCARD)
  @Authenticated(anyAudience = true)
  @FastLane
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = FreshAuthentication.Proof.class)))
  @Operation(
      summary =
          "End this session, all sessions, or all others; the latter two require a fresh login")
  public void logout(
      @Context SecurityContext security,
      @Context ContainerRequest request,
      @Schema(allowableValues = {"local", "global", "others"})
          @QueryParam("scope")
          @DefaultValue("local")
          String scope) {
    Caller caller = Caller.of(security);
    LogoutScope which = LogoutScope.parse(scope);
    if (which != LogoutScope.LOCAL) {
      fresh.require(caller, request);
    }
    own.logout(caller, which);
  }

  @GET
  @Path("sessions")
  @Authenticated
  @Operation(summary = "List the caller's active sessions, newest first")
  public Sessions list(
      @Context SecurityContext security,
      @Schema(pattern = Position.PATTERN) @QueryParam("after") String after,
      @Schema(type = "integer", minimum = "1", maximum = "200") @QueryParam("limit") String limit) {
    Caller caller = Caller.of(security);
    int most = PageLimit.parse(limit);
    List<SessionDao.Listed> found = own.list(caller, Position.parse(after), most);
    List<SessionDao.Listed> page = found.subList(0, Math.min(most, found.size()));
    return new Sessions(
        page.stream().map(session -> toSession(session, caller)).toList(),
        found.size() > most
            ? new Position(page.getLast().createdAt(), page.getLast().id()).toString()
            : null);
  }

  private static Session toSession(SessionDao.Listed session, Caller caller) {
    return new Session(
        session.id(),
        session.id().equals(caller.sessionId()),
        session.createdAt(),
        session.lastUsedAt(),
        session.expiresAt(),
        session.userAgent());
  }

  @DELETE
  @Path("sessions/{id}")
  @Authenticated
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = FreshAuthentication.Proof.class)))
  @Operation(
      summary = "End one of the caller's sessions; any but the current one requires a fresh login")
  public void end(
      @Context SecurityContext security,
      @Context ContainerRequest request,
      @PathParam("id") UUID sessionId) {
    Caller caller = Caller.of(security);
    if (!sessionId.equals(caller.sessionId())) {
      fresh.require(caller, request);
    }
    own.end(caller, sessionId);
  }
}
