package dev.warmgate.gotrue;

import dev.warmgate.registration.SupabaseRegistrations;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Public;
import dev.warmgate.request.SupabaseApi;
import dev.warmgate.signingkey.JwksResource;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** What clients ask before they ask for anything else. */
@Path("/auth/v1")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Public
@FastLane
@Hidden
public final class SettingsResource {
  /** What this deployment offers. */
  record Settings(
      Map<String, Boolean> external,
      boolean disableSignup,
      boolean mailerAutoconfirm,
      boolean phoneAutoconfirm,
      String smsProvider,
      boolean samlEnabled,
      boolean passkeysEnabled) {}

  /** That the service runs; readiness is asked for elsewhere. */
  record Health(String version, String name, String description) {}

  private final Settings settings;
  private final JwksResource keys;

  SettingsResource(SupabaseRegistrations registrations, JwksResource keys) {
    this.settings =
        new Settings(
            Map.of("email", true, "phone", false, "anonymous_users", false),
            !registrations.isOpen(),
            !registrations.needsConfirmation(),
            false,
            "",
            false,
            false);
    this.keys = keys;
  }

  @GET
  @Path("settings")
  public Object settings() {
    return settings;
  }

  @GET
  @Path("health")
  public Object health() {
    return new Health("v2", "Warmgate", "Warmgate serves the API of GoTrue");
  }

  @GET
  @Path(".well-known/jwks.json")
  public Response jwks() {
    return keys.jwks();
  }
}
