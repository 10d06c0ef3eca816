package dev.warmgate.addresschange;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.password.Password;
import dev.warmgate.proof.Evidence;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The address of the caller's account. */
@Path("/api/v1/auth/email")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class AddressChangeResource {
  private final AddressChangeService changes;
  private final FreshAuthentication fresh;
  private final SessionService sessions;

  public AddressChangeResource(
      AddressChangeService changes, FreshAuthentication fresh, SessionService sessions) {
    this.changes = changes;
    this.fresh = fresh;
    this.sessions = sessions;
  }

  /**
   * The new address.
   *
   * @param password of the account; needed unless the login is fresh
   * @param redirectTo where the pages of the links lead to: one of REDIRECT_URLS
   */
  public record AddressChange(
      @NotNull EmailAddress email, @Nullable Password password, @Nullable String redirectTo) {}

  /**
   * What the codes of the two mails need.
   *
   * @param requestId of the mail to the new address
   * @param currentRequestId of the mail to the current address; absent if nobody has proven that
   *     one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AddressChangeAsked(UUID requestId, @Nullable UUID currentRequestId) {}

  /** A link's token, or a code and its request_id. */
  public record Half(@Nullable String token, @Nullable UUID requestId, @Nullable String code) {
    @Override
    public String toString() {
      return "Half[…]";
    }
  }

  /** Whether the address has changed; otherwise the other address has to confirm, too. */
  public record HalfConfirmed(boolean changed) {}

  /** The token of the link in the mail to the old address, and a new password. */
  public record Undo(@NotNull String token, @NotNull Password password, @Nullable String resource) {
    @Override
    public String toString() {
      return "Undo[…]";
    }
  }

  @POST
  @Authenticated
  @RateLimited(Limit.MAIL)
  @ApiResponse(
      responseCode = "202",
      content = @Content(schema = @Schema(implementation = AddressChangeAsked.class)))
  @Operation(summary = "Ask both addresses to confirm a change of address; requires a fresh login")
  public Response change(@Context SecurityContext security, @NotNull @Valid AddressChange change) {
    Caller caller = Caller.of(security);
    fresh.require(caller, change.password());
    AddressChangeService.Requests asked = changes.ask(caller, change.email(), change.redirectTo());
    return Response.accepted(new AddressChangeAsked(asked.fresh(), asked.current())).build();
  }

  @POST
  @Path("confirm")
  @Public
  @RateLimited(Limit.PROOF)
  @Operation(summary = "Confirm a change of address for one of its two addresses")
  public HalfConfirmed confirm(@NotNull @Valid Half half) {
    return new HalfConfirmed(
        changes.confirm(Evidence.of(half.token(), half.requestId(), half.code())));
  }

  @POST
  @Path("undo")
  @Public
  @RateLimited(Limit.PROOF)
  @Operation(
      summary = "Undo a change of address, set a new password, end every session, open a new one")
  public TokenPair undo(
      @NotNull @Valid Undo undo, @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return changes.undo(
        Evidence.ofLink(undo.token()), undo.password(), sessions.begin(undo.resource(), userAgent));
  }
}
