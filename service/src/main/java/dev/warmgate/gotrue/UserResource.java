package dev.warmgate.gotrue;

import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.SupabaseApi;
import dev.warmgate.session.LogoutScope;
import dev.warmgate.session.OwnSessionsService;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The caller's account and sessions. */
@Path("/auth/v1")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Authenticated
@Hidden
public final class UserResource {
  private final UserChanges changes;
  private final OwnSessionsService sessions;
  private final Redirects redirects;
  private final BodyLimits limits;

  UserResource(
      UserChanges changes, OwnSessionsService sessions, Redirects redirects, BodyLimits limits) {
    this.limits = limits;
    this.changes = changes;
    this.sessions = sessions;
    this.redirects = redirects;
  }

  @GET
  @Path("user")
  @FastLane
  @Authenticated(beforeFactor = true)
  public Object user() {
    return changes.read(Caller.current());
  }

  /** Metadata changes often and costs little; what needs a hash or a mail has its own limit. */
  @PUT
  @Path("user")
  public Object change(@Context ContainerRequestContext request, @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    if (body.has("password") || body.has("current_password") || body.has("nonce")) {
      limits.count(Limit.PASSWORD);
    }
    if (body.has("email")) {
      limits.count(Limit.MAIL);
    }
    return changes.apply(Caller.current(), body, redirects.target(request, body));
  }

  @GET
  @Path("reauthenticate")
  @RateLimited(Limit.MAIL)
  public Object reauthenticate() {
    changes.sendNonce(Caller.current());
    return Map.of();
  }

  /**
   * Unlike our own logout, obeys without a second proof: clients have none to send. But who has not
   * used the second factor yet, ends no other session.
   */
  @POST
  @Path("logout")
  @FastLane
  @Authenticated(beforeFactor = true)
  public void logout(@DefaultValue("global") @QueryParam("scope") String scope) {
    Caller caller = Caller.current();
    LogoutScope wanted = LogoutScope.parse(scope);
    sessions.logout(caller, caller.awaitsFactor() ? LogoutScope.LOCAL : wanted);
  }
}
