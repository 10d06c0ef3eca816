package dev.warmgate.factor;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmgate.account.FreshAuthentication;
import dev.warmgate.password.Password;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RateLimited;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.glassfish.jersey.server.ContainerRequest;
import org.jspecify.annotations.Nullable;

/** The second factors of the caller's account, and its recovery codes. */
@Path("/api/v1/auth/factors")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Authenticated
public final class FactorResource {
  private final FactorService factors;
  private final FreshAuthentication fresh;

  public FactorResource(FactorService factors, FreshAuthentication fresh) {
    this.factors = factors;
    this.fresh = fresh;
  }

  /**
   * A factor.
   *
   * @param type {@code totp} or {@code passkey}
   * @param confirmedAt absent until its first code: until then it counts for nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Factor(
      UUID factorId,
      String type,
      String name,
      Instant createdAt,
      @Nullable Instant confirmedAt,
      @Nullable Instant lastUsedAt) {}

  /** The factors of the caller, the oldest first, and how many recovery codes are left. */
  public record Factors(List<Factor> factors, int recoveryCodesLeft) {}

  /**
   * The factor to enrol.
   *
   * @param type {@code totp}
   * @param name as its owner calls it
   * @param password of the account; needed unless the login is fresh, if it has no factor yet
   */
  public record NewFactor(
      @NotNull @Pattern(regexp = "totp", message = "must be totp") @Schema(allowableValues = "totp")
          String type,
      @NotNull
          @Pattern(regexp = FactorService.NAMES, message = FactorService.NAMES_ARE)
          @Schema(minLength = 1, maxLength = FactorService.LONGEST_NAME)
          String name,
      @Nullable Password password) {
    @Override
    public String toString() {
      return "NewFactor[…]";
    }
  }

  /**
   * A TOTP that waits for its confirmation; it is told once.
   *
   * @param secret in base32, to be typed into an app
   * @param uri of {@code otpauth:}
   * @param qrCode of that URI, an SVG
   * @param expiresIn seconds within which it has to be confirmed
   */
  public record EnrolledFactor(
      UUID factorId, String type, String secret, String uri, String qrCode, int expiresIn) {
    @Override
    public String toString() {
      return "EnrolledFactor[" + factorId + "]";
    }
  }

  /** A code of the factor. */
  public record Confirmation(@NotNull @NotBlank(message = "must not be empty") String code) {
    @Override
    public String toString() {
      return "Confirmation[…]";
    }
  }

  /**
   * The access token of this session, which the factor has raised.
   *
   * @param recoveryCodes told once, with the first factor of an account
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ConfirmedFactor(
      String accessToken, String tokenType, long expiresIn, @Nullable List<String> recoveryCodes) {
    @Override
    public String toString() {
      return "ConfirmedFactor[…]";
    }
  }

  /** New recovery codes, told once; the old ones are not good any more. */
  public record RecoveryCodeSet(List<String> recoveryCodes) {
    @Override
    public String toString() {
      return "RecoveryCodeSet[…]";
    }
  }

  @GET
  @Operation(summary = "List the caller's second factors")
  public Factors list(@Context SecurityContext security) {
    UUID account = Caller.of(security).accountId();
    return new Factors(
        factors.list(account).stream()
            .map(found ->
                new Factor(
                    found.id(),
                    found.kind(),
                    found.name(),
                    found.createdAt(),
                    found.confirmedAt(),
                    found.lastUsedAt()))
            .toList(),
        factors.recoveryCodesLeft(account));
  }

  @POST
  @RateLimited(Limit.PASSWORD)
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = EnrolledFactor.class)))
  @Operation(
      summary =
          "Enrol a second factor, which counts once it is confirmed; requires a fresh login, or a"
              + " fresh second factor if there is one")
  public Response enrol(@Context SecurityContext security, @NotNull @Valid NewFactor wanted) {
    Caller caller = Caller.of(security);
    fresh.require(caller, wanted.password());
    FactorService.Enrolled enrolled = factors.enrolTotp(caller, wanted.name());
    return Response.status(Response.Status.CREATED)
        .entity(
            new EnrolledFactor(
                enrolled.id(),
                FactorKind.TOTP.toString(),
                enrolled.totp().base32(),
                enrolled.uri(),
                new QrCode(enrolled.uri()).svg(),
                FactorDao.UNCONFIRMED_SECONDS))
        .build();
  }

  @POST
  @Path("{id}/confirm")
  @RateLimited(Limit.FACTOR)
  @Operation(
      summary = "Confirm a factor with a code of it; with the first one every other session ends")
  public ConfirmedFactor confirm(
      @Context SecurityContext security,
      @PathParam("id") UUID id,
      @NotNull @Valid Confirmation confirmation) {
    FactorService.Confirmed confirmed =
        factors.confirmTotp(Caller.of(security), id, confirmation.code());
    return new ConfirmedFactor(
        confirmed.token().accessToken(),
        confirmed.token().tokenType(),
        confirmed.token().expiresIn(),
        confirmed.recoveryCodes());
  }

  @DELETE
  @Path("{id}")
  @RateLimited(Limit.FACTOR)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = FreshAuthentication.Proof.class)))
  @Operation(summary = "Remove a factor; requires a fresh second factor")
  public void remove(
      @Context SecurityContext security,
      @Context ContainerRequest request,
      @PathParam("id") UUID id) {
    Caller caller = Caller.of(security);
    fresh.require(caller, request);
    factors.remove(caller, id);
  }

  @POST
  @Path("recovery-codes")
  @Consumes(MediaType.WILDCARD)
  @Authenticated(aal = 2, maxAge = "5m")
  @RateLimited(Limit.FACTOR)
  @Operation(summary = "Replace the recovery codes; requires a fresh second factor")
  public RecoveryCodeSet makeRecoveryCodes(@Context SecurityContext security) {
    return new RecoveryCodeSet(factors.makeRecoveryCodes(Caller.of(security)));
  }
}
