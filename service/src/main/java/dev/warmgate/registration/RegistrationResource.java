package dev.warmgate.registration;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.password.Password;
import dev.warmgate.proof.Asked;
import dev.warmgate.proof.Evidence;
import dev.warmgate.request.FastLane;
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

/** Registration and the confirmation of the address. */
@Path("/api/v1/auth")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Public
public final class RegistrationResource {
  private final RegistrationService registrations;
  private final SessionService sessions;

  public RegistrationResource(RegistrationService registrations, SessionService sessions) {
    this.registrations = registrations;
    this.sessions = sessions;
  }

  /**
   * The credentials of a new account.
   *
   * @param locale the language of its mails (BCP 47)
   * @param redirectTo where the page of the confirmation leads to: one of REDIRECT_URLS
   * @param resource the API that the access token is for (RFC 8707); this one by default
   */
  public record Credentials(
      @NotNull EmailAddress email,
      @NotNull Password password,
      @Nullable Language locale,
      @Nullable String redirectTo,
      @Nullable String resource) {}

  /** The registration whose mail is sent again. */
  public record Again(@NotNull UUID requestId) {}

  /**
   * The proof of an address: a link's token, or a code and its request_id.
   *
   * @param requestId with a token, too, if the client has it: otherwise the registered password
   *     does not come into effect
   * @param password replaces the registered one
   */
  public record Confirmation(
      @Nullable String token,
      @Nullable UUID requestId,
      @Nullable String code,
      @Nullable Password password,
      @Nullable String resource) {
    @Override
    public String toString() {
      return "Confirmation[…]";
    }
  }

  /** The token of an invitation's link, and the password of the account. */
  public record Acceptance(
      @NotNull String token, @NotNull Password password, @Nullable String resource) {
    @Override
    public String toString() {
      return "Acceptance[…]";
    }
  }

  @POST
  @Path("register")
  @FastLane
  @RateLimited(Limit.REGISTER)
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = TokenPair.class)))
  @ApiResponse(
      responseCode = "202",
      content = @Content(schema = @Schema(implementation = Asked.class)))
  @Operation(
      summary =
          "Create an account and open its first session, or have the address confirmed first (202)")
  public Response register(
      @NotNull @Valid Credentials credentials,
      @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    RegistrationService.Registered registered =
        registrations.register(
            credentials.email(),
            credentials.password(),
            Language.text(credentials.locale()),
            credentials.redirectTo(),
            credentials.resource(),
            userAgent);
    return registered.pair() == null
        ? Response.accepted(registered.asked()).build()
        : Response.status(Response.Status.CREATED).entity(registered.pair()).build();
  }

  @POST
  @Path("confirm")
  @RateLimited(Limit.PROOF)
  @Operation(summary = "Confirm the address of a registration and open its first session")
  public TokenPair confirm(
      @NotNull @Valid Confirmation confirmation,
      @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return registrations.confirm(
        Evidence.of(confirmation.token(), confirmation.requestId(), confirmation.code()),
        confirmation.password(),
        sessions.begin(confirmation.resource(), userAgent));
  }

  @POST
  @Path("confirm/resend")
  @RateLimited(Limit.MAIL)
  @ApiResponse(
      responseCode = "202",
      content = @Content(schema = @Schema(implementation = Asked.class)))
  @Operation(summary = "Send the mail of a registration again, with another link and code")
  public Response resend(@NotNull @Valid Again again) {
    return Response.accepted(registrations.resend(again.requestId())).build();
  }

  @POST
  @Path("accept-invitation")
  @RateLimited(Limit.PROOF)
  @Operation(summary = "Accept an invitation: create the account and open its first session")
  public TokenPair accept(
      @NotNull @Valid Acceptance acceptance,
      @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return registrations.accept(
        Evidence.ofLink(acceptance.token()),
        acceptance.password(),
        sessions.begin(acceptance.resource(), userAgent));
  }
}
