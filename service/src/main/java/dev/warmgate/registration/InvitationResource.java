package dev.warmgate.registration;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Scopes;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** The endpoint with which admins invite. */
@Path("/api/v1/admin/invitations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Authenticated(
    roles = {Authenticated.ADMIN, Authenticated.SERVICE},
    scopes = Scopes.ADMIN,
    aal = 2)
public final class InvitationResource {
  private final RegistrationService registrations;

  public InvitationResource(RegistrationService registrations) {
    this.registrations = registrations;
  }

  /**
   * Who is invited.
   *
   * @param locale the language of the mail (BCP 47)
   * @param redirectTo where the page of the invitation leads to: one of REDIRECT_URLS
   */
  public record Invitation(
      @NotNull EmailAddress email, @Nullable Language locale, @Nullable String redirectTo) {}

  @POST
  @Operation(summary = "Invite somebody by mail to create an account")
  public void invite(@NotNull @Valid Invitation invitation) {
    registrations.invite(
        invitation.email(), Language.text(invitation.locale()), invitation.redirectTo());
  }
}
