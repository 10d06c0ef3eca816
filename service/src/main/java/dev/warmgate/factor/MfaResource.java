package dev.warmgate.factor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.session.AccessToken;
import dev.warmgate.session.TokenPair;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The second step of a login, and step-up. */
@Path("/api/v1/auth/mfa")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class MfaResource {
  private final MfaService mfa;

  public MfaResource(MfaService mfa) {
    this.mfa = mfa;
  }

  /**
   * The second step of a login: one of a code, a recovery code and the answer of a passkey.
   *
   * @param mfaToken of the first step
   * @param factorId the factor of the code, if the client knows it
   * @param credential a PublicKeyCredential of WebAuthn in JSON
   */
  public record SecondFactor(
      @NotNull String mfaToken,
      @Nullable UUID factorId,
      @Nullable String code,
      @Nullable String recoveryCode,
      @Nullable ObjectNode credential) {
    @Override
    public String toString() {
      return "SecondFactor[…]";
    }
  }

  /**
   * The same within a session.
   *
   * @param factorId the factor of the code, if the client knows it
   * @param credential a PublicKeyCredential of WebAuthn in JSON
   */
  public record StepUp(
      @Nullable UUID factorId,
      @Nullable String code,
      @Nullable String recoveryCode,
      @Nullable ObjectNode credential) {
    @Override
    public String toString() {
      return "StepUp[…]";
    }
  }

  @POST
  @Path("verify")
  @Public
  @RateLimited(Limit.FACTOR)
  @Operation(summary = "Open the session of a login with a second factor")
  public TokenPair verify(
      @NotNull @Valid SecondFactor second, @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return mfa.verify(
        second.mfaToken(),
        Presented.of(second.factorId(), second.code(), second.recoveryCode(), second.credential()),
        userAgent);
  }

  @POST
  @Path("step-up")
  @Authenticated
  @RateLimited(Limit.FACTOR)
  @Operation(
      summary = "Prove a second factor in this session, and get an access token that says so")
  public AccessToken stepUp(@Context SecurityContext security, @NotNull @Valid StepUp step) {
    return mfa.stepUp(
        Caller.of(security),
        Presented.of(step.factorId(), step.code(), step.recoveryCode(), step.credential()));
  }
}
