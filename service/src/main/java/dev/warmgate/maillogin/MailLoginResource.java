package dev.warmgate.maillogin;

import dev.warmgate.proof.Asked;
import dev.warmgate.proof.Evidence;
import dev.warmgate.proof.MailRequest;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.session.SessionService;
import dev.warmgate.session.TokenPair;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sign-in by mail. */
@Path("/api/v1/auth/email-login")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Public
public final class MailLoginResource {
  private final MailLoginService logins;
  private final SessionService sessions;

  public MailLoginResource(MailLoginService logins, SessionService sessions) {
    this.logins = logins;
    this.sessions = sessions;
  }

  /** A link's token, or a code and its request_id. */
  public record MailLogin(
      @Nullable String token,
      @Nullable UUID requestId,
      @Nullable String code,
      @Nullable String resource) {
    @Override
    public String toString() {
      return "MailLogin[…]";
    }
  }

  @POST
  @RateLimited(Limit.MAIL)
  @ApiResponse(
      responseCode = "202",
      content = @Content(schema = @Schema(implementation = Asked.class)))
  @Operation(
      summary = "Send a mail with which the owner of an account can sign in, if there is one")
  public Response ask(@NotNull @Valid MailRequest request) {
    return Response.accepted(logins.ask(request.email(), request.redirectTo())).build();
  }

  @POST
  @Path("verify")
  @RateLimited(Limit.PROOF)
  @Operation(summary = "Open a session with the link or the code of a mail")
  public TokenPair verify(
      @NotNull @Valid MailLogin login, @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return logins.open(
        Evidence.of(login.token(), login.requestId(), login.code()),
        sessions.begin(login.resource(), userAgent));
  }
}
