package dev.warmgate.gotrue;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.Metadata;
import dev.warmgate.password.Password;
import dev.warmgate.registration.SupabaseRegistrations;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.SupabaseApi;
import dev.warmgate.session.NewSession;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Registration. */
@Path("/auth/v1/signup")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Public
@FastLane
@Hidden
public final class SignupResource {
  private final SupabaseRegistrations registrations;
  private final SessionAnswers sessions;
  private final Redirects redirects;
  private final Clock clock;

  SignupResource(
      SupabaseRegistrations registrations,
      SessionAnswers sessions,
      Redirects redirects,
      Clock clock) {
    this.registrations = registrations;
    this.sessions = sessions;
    this.redirects = redirects;
    this.clock = clock;
  }

  @POST
  @RateLimited(Limit.REGISTER)
  public Response signUp(
      @Context ContainerRequestContext request,
      @HeaderParam(HttpHeaders.USER_AGENT) @Nullable String userAgent,
      @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    if (!body.has("email") && !body.has("phone") && !body.has("password")) {
      throw Disabled.ANONYMOUS.refusal();
    }
    EmailAddress email = body.requiredEmail();
    Password password =
        body.password("password")
            .orElseThrow(() -> GoTrueException.invalid("Signup requires a valid password"));
    Metadata metadata = body.metadata("data").orElse(Metadata.NONE);
    NewSession session = sessions.begin(Methods.PASSWORD, userAgent);
    SupabaseRegistrations.Registered registered =
        registrations.register(
            email, password, metadata.json(), redirects.target(request, body), session);
    return Response.ok(
            registered.opened()
                ? sessions.opened(session, registered.accountId())
                : User.pending(
                    registered.accountId(),
                    email,
                    metadata,
                    clock.instant().truncatedTo(ChronoUnit.MICROS),
                    false))
        .build();
  }
}
