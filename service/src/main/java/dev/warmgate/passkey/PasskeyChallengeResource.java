package dev.warmgate.passkey;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;

/** The options with which a browser uses a passkey as a second factor. */
@Path("/api/v1/auth/mfa/challenge")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class PasskeyChallengeResource {
  private final PasskeyService passkeys;

  public PasskeyChallengeResource(PasskeyService passkeys) {
    this.passkeys = passkeys;
  }

  /** The login whose second step it is. */
  public record SecondStepChallenge(@NotNull String mfaToken) {
    @Override
    public String toString() {
      return "SecondStepChallenge[…]";
    }
  }

  @POST
  @Public
  @RateLimited(Limit.FACTOR)
  @Operation(summary = "Return the options with which a browser does the second step of a login")
  public ObjectNode forLogin(@NotNull @Valid SecondStepChallenge login) {
    return passkeys.askForSecondStep(login.mfaToken());
  }

  @POST
  @Path("step-up")
  @Consumes(MediaType.WILDCARD)
  @Authenticated
  @RateLimited(Limit.FACTOR)
  @Operation(summary = "Return the options with which a browser proves a passkey in this session")
  public ObjectNode forSession(@Context SecurityContext security) {
    return passkeys.askForStepUp(Caller.of(security));
  }
}
