package dev.warmgate.recovery;

import dev.warmgate.password.Password;
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

/** New passwords by mail. */
@Path("/api/v1/auth")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Public
public final class RecoveryResource {
  private final RecoveryService recovery;
  private final SessionService sessions;

  public RecoveryResource(RecoveryService recovery, SessionService sessions) {
    this.recovery = recovery;
    this.sessions = sessions;
  }

  /** A link's token, or a code and its request_id, and the new password. */
  public record Reset(
      @Nullable String token,
      @Nullable UUID requestId,
      @Nullable String code,
      @NotNull Password password,
      @Nullable String resource) {
    @Override
    public String toString() {
      return "Reset[…]";
    }
  }

  @POST
  @Path("forgot")
  @RateLimited(Limit.MAIL)
  @ApiResponse(
      responseCode = "202",
      content = @Content(schema = @Schema(implementation = Asked.class)))
  @Operation(summary = "Send a mail with which a new password can be set, if there is an account")
  public Response forgot(@NotNull @Valid MailRequest request) {
    return Response.accepted(recovery.forgot(request.email(), request.redirectTo())).build();
  }

  @POST
  @Path("reset")
  @RateLimited(Limit.PROOF)
  @Operation(summary = "Set a new password, end every session and open a new one")
  public TokenPair reset(
      @NotNull @Valid Reset reset, @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return recovery.reset(
        Evidence.of(reset.token(), reset.requestId(), reset.code()),
        reset.password(),
        sessions.begin(reset.resource(), userAgent));
  }
}
