package dev.warmgate.gotrue;

import dev.warmgate.request.Public;
import dev.warmgate.request.SupabaseApi;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Endpoints of GoTrue that this service has not: they say so, and are no unknown paths. */
@Path("/auth/v1")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Public
@Hidden
@SuppressWarnings("DoNotCallSuggester")
public final class DisabledResource {
  DisabledResource() {}

  @POST
  @Path("sso{rest: (/.*)?}")
  public void sso() {
    throw Disabled.SAML.refusal();
  }

  @GET
  @Path("sso{rest: (/.*)?}")
  public void ssoMetadata() {
    throw Disabled.SAML.refusal();
  }

  @GET
  @Path("authorize")
  public void authorize() {
    throw Disabled.PROVIDER.refusal();
  }

  @GET
  @Path("callback")
  public void callback() {
    throw Disabled.PROVIDER.refusal();
  }

  @POST
  @Path("callback")
  public void postedCallback() {
    throw Disabled.PROVIDER.refusal();
  }

  @GET
  @Path("user/identities/authorize")
  public void link() {
    throw Disabled.LINKING.refusal();
  }

  @DELETE
  @Path("user/identities/{id}")
  public void unlink() {
    throw Disabled.LINKING.refusal();
  }

  @POST
  @Path("factors")
  public void enroll() {
    throw Disabled.FACTORS.refusal();
  }

  @DELETE
  @Path("factors/{id}")
  public void unenroll() {
    throw new GoTrueException(404, "mfa_factor_not_found", "Factor not found");
  }

  @POST
  @Path("factors/{id}/{step: challenge|verify}")
  public void checkFactor() {
    throw Disabled.FACTOR_CHECKS.refusal();
  }

  @GET
  @Path("passkeys{rest: (/.*)?}")
  public void passkeys() {
    throw Disabled.PASSKEYS.refusal();
  }

  @POST
  @Path("passkeys{rest: (/.*)?}")
  public void usePasskeys() {
    throw Disabled.PASSKEYS.refusal();
  }

  @PATCH
  @Path("passkeys{rest: (/.*)?}")
  public void changePasskeys() {
    throw Disabled.PASSKEYS.refusal();
  }

  @DELETE
  @Path("passkeys{rest: (/.*)?}")
  public void deletePasskeys() {
    throw Disabled.PASSKEYS.refusal();
  }

  @GET
  @Path("oauth{rest: (/.*)?}")
  public void oauth() {
    throw Disabled.OAUTH_SERVER.refusal();
  }

  @POST
  @Path("oauth{rest: (/.*)?}")
  public void postedOauth() {
    throw Disabled.OAUTH_SERVER.refusal();
  }

  @GET
  @Path("admin/{feature: oauth|custom-providers|audit|sso|scim}{rest: (/.*)?}")
  public void adminFeature() {
    throw Disabled.FEATURE.refusal();
  }

  @POST
  @Path("admin/{feature: oauth|custom-providers|audit|sso|scim}{rest: (/.*)?}")
  public void createFeature() {
    throw Disabled.FEATURE.refusal();
  }

  @PUT
  @Path("admin/{feature: oauth|custom-providers|audit|sso|scim}{rest: (/.*)?}")
  public void changeFeature() {
    throw Disabled.FEATURE.refusal();
  }

  @DELETE
  @Path("admin/{feature: oauth|custom-providers|audit|sso|scim}{rest: (/.*)?}")
  public void deleteFeature() {
    throw Disabled.FEATURE.refusal();
  }
}
