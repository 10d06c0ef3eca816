package dev.warmgate.gotrue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.warmgate.factor.FactorService;
import dev.warmgate.factor.QrCode;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.SupabaseApi;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The second factors of the caller. */
@Path("/auth/v1")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Authenticated
@Hidden
public final class FactorsResource {
  private static final String FACTORS = "factors";
  private static final String ONE = FACTORS + "/{id: [0-9a-fA-F-]{36}}";
  private static final String TOTP = "totp";
  private static final String UNNAMED = "Authenticator";

  private final SecondFactors factors;

  FactorsResource(SecondFactors factors) {
    this.factors = factors;
  }

  /** A factor that waits for its verification; its secret is told once. */
  record Enrolled(UUID id, String type, String friendlyName, Secret totp) {}

  /**
   * What an app needs.
   *
   * @param qrCode an SVG without a {@code #}, since clients put it into a URL
   */
  record Secret(String qrCode, String secret, String uri) {
    @Override
    public String toString() {
      return "Secret[…]";
    }
  }

  /**
   * A challenge.
   *
   * @param expiresAt in seconds since 1970
   */
  record Challenge(UUID id, String type, long expiresAt) {}

  /**
   * A session at the higher level.
   *
   * @param recoveryCodes with the first factor; GoTrue does not have this member
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Verified(@JsonUnwrapped SessionAnswer session, @Nullable List<String> recoveryCodes) {
    @Override
    public String toString() {
      return "Verified[…]";
    }
  }

  @POST
  @Path(FACTORS)
  @RateLimited(Limit.FACTOR)
  public Object enrol(@Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    switch (body.required("factor_type")) {
      case TOTP -> {}
      case "phone" ->
          throw new GoTrueException(
              422, "mfa_phone_enroll_not_enabled", "MFA enroll is disabled for Phone");
      case "webauthn" ->
          throw new GoTrueException(
              422, "mfa_webauthn_enroll_not_enabled", "MFA enroll is disabled for WebAuthn");
      default -> throw GoTrueException.invalid("factor_type needs to be totp");
    }
    String name = body.text("friendly_name").orElse(UNNAMED);
    FactorService.Enrolled enrolled = factors.enrol(Caller.current(), name);
    return new Enrolled(
        enrolled.id(),
        TOTP,
        name,
        new Secret(new QrCode(enrolled.uri()).svg(), enrolled.totp().base32(), enrolled.uri()));
  }

  @POST
  @Path(ONE + "/challenge")
  @Authenticated(beforeFactor = true)
  public Object challenge(@PathParam("id") String id) {
    FactorChallenges.Challenge begun = factors.challenge(Caller.current(), AdminUsers.id(id));
    return new Challenge(begun.id(), TOTP, begun.expiresAt().getEpochSecond());
  }

  @POST
  @Path(ONE + "/verify")
  @Authenticated(beforeFactor = true)
  @RateLimited(Limit.FACTOR)
  public Object verify(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.USER_AGENT) @Nullable String userAgent,
      @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    SecondFactors.Verified verified =
        factors.verify(
            Caller.current(),
            AdminUsers.id(id),
            AdminUsers.id(body.required("challenge_id")),
            body.required("code"),
            userAgent);
    return new Verified(verified.session(), verified.recoveryCodes());
  }

  @DELETE
  @Path(ONE)
  public Object remove(@PathParam("id") String id) {
    UUID factor = AdminUsers.id(id);
    factors.remove(Caller.current(), factor);
    return Map.of("id", factor);
  }
}
