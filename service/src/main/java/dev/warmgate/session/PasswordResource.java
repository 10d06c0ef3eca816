package dev.warmgate.session;

import dev.warmgate.password.Password;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RateLimited;
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
import org.jspecify.annotations.Nullable;

/** The password of the caller's account. */
@Path("/api/v1/auth/password")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Authenticated
public final class PasswordResource {
  private final PasswordChangeService passwords;

  public PasswordResource(PasswordChangeService passwords) {
    this.passwords = passwords;
  }

  /**
   * A password change.
   *
   * @param currentPassword is required (OWASP ASVS 5.0, 6.2.3) unless the account has none; then a
   *     login within the last five minutes is
   */
  public record PasswordChange(@Nullable Password currentPassword, @NotNull Password newPassword) {}

  @POST
  @RateLimited(Limit.PASSWORD)
  @Operation(summary = "Change the password, end every session and open a new one")
  public TokenPair changePassword(
      @Context SecurityContext security,
      @NotNull @Valid PasswordChange change,
      @HeaderParam(HttpHeaders.USER_AGENT) String userAgent) {
    return passwords.change(
        Caller.of(security), change.currentPassword(), change.newPassword(), userAgent);
  }
}
