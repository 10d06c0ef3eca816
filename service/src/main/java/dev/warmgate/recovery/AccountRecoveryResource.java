package dev.warmgate.recovery;

import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Scopes;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** The endpoint with which admins start the reset of a password, which they never learn or set. */
@Path("/api/v1/admin/accounts")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Authenticated(
    roles = {Authenticated.ADMIN, Authenticated.SERVICE},
    scopes = Scopes.ADMIN,
    aal = 2)
public final class AccountRecoveryResource {
  private final RecoveryService recovery;

  public AccountRecoveryResource(RecoveryService recovery) {
    this.recovery = recovery;
  }

  @POST
  @Path("{id}/reset")
  @Operation(summary = "Send the owner of an account a mail with which to set a new password")
  public void start(@PathParam("id") UUID id) {
    recovery.start(id);
  }
}
