package dev.warmgate.passkey;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.factor.FactorService;
import dev.warmgate.password.Password;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.session.AccessToken;
import dev.warmgate.session.TokenPair;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Passkeys: the options for browsers, and what browsers answer (WebAuthn). */
@Path("/api/v1/auth/passkeys")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class PasskeyResource {
  private final PasskeyService passkeys;
  private final FreshAuthentication fresh;

  public PasskeyResource(PasskeyService passkeys, FreshAuthentication fresh) {
    this.passkeys = passkeys;
    this.fresh = fresh;
  }

  /**
   * Asks for the options of a new passkey.
   *
   * @param password of the account; needed unless the login is fresh, if it has no factor yet
   */
  public record PasskeyRegistration(@Nullable Password password) {
    @Override
    public String toString() {
      return "PasskeyRegistration[…]";
    }
  }

  /**
   * A passkey that a browser has made.
   *
   * @param name as its owner calls it
   * @param credential the PublicKeyCredential in JSON
   */
  public record NewPasskeyCredential(
      @NotNull
          @Pattern(regexp = FactorService.NAMES, message = FactorService.NAMES_ARE)
          @Schema(minLength = 1, maxLength = FactorService.LONGEST_NAME)
          String name,
      @NotNull ObjectNode credential) {
    @Override
    public String toString() {
      return "NewPasskeyCredential[…]";
    }
  }

  /**
   * A registered passkey, and the access token of this session, which it has raised.
   *
   * @param recoveryCodes told once, with the first factor of an account
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RegisteredPasskey(
      UUID factorId,
      String accessToken,
      String tokenType,
      long expiresIn,
      @Nullable List<String> recoveryCodes) {
    @Override
    public String toString() {
      return "RegisteredPasskey[" + factorId + "]";
    }
  }

  /**
   * The answer of a passkey.
   *
   * @param credential the PublicKeyCredential in JSON
   * @param resource the API that the access token is for (RFC 8707); this one by default
   */
  public record PasskeySignIn(@NotNull ObjectNode credential, @Nullable String resource) {
    @Override
    public String toString() {
      return "PasskeySignIn[…]";
    }
  }

  @POST
  @Path("registration")
  @Authenticated
  @RateLimited(Limit.PASSWORD)
  @Operation(
      summary =
          "Return the options with which a browser makes a passkey; requires a fresh login, or a"
              + " fresh second factor if there is one")
  public ObjectNode askToRegister(
      @Context SecurityContext security, @NotNull @Valid PasskeyRegistration registration) {
    Caller caller = Caller.of(security);
    fresh.require(caller, registration.password());
    return passkeys.askToRegister(caller);
  }

  /** The challenge that was answered has required the fresh login. */
  @POST
  @Authenticated
  @RateLimited(Limit.FACTOR)
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = RegisteredPasskey.class)))
  @Operation(
      summary =
          "Register a passkey that a browser has made; with the first factor every other session"
              + " ends")
  public Response register(
      @Context SecurityContext security, @NotNull @Valid NewPasskeyCredential made) {
    PasskeyService.Registered registered =
        passkeys.register(Caller.of(security), made.name(), made.credential().toString());
    AccessToken token = registered.confirmed().token();
    return Response.status(Response.Status.CREATED)
        .entity(
            new RegisteredPasskey(
                registered.factorId(),
                token.accessToken(),
                token.tokenType(),
                token.expiresIn(),
                registered.confirmed().recoveryCodes()))
        .build();
  }

  @POST
  @Path("sign-in")
  @Consumes(MediaType.WILDCARD)
  @Public
  @RateLimited(Limit.FACTOR)
  @Operation(summary = "Return the options with which a browser signs in with a passkey")
  public ObjectNode askToSignIn() {
    return passkeys.askToSignIn();
  }

  @POST
  @Path("sign-in/verify")
  @Public
  @RateLimited(Limit.FACTOR)
  @Operation(summary = "Open a session with a passkey")
  public TokenPair signIn(
      @NotNull @Valid PasskeySignIn answer, @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return passkeys.signIn(answer.credential().toString(), answer.resource(), userAgent);
  }
}
