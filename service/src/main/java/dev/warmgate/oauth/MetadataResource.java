package dev.warmgate.oauth;

import dev.warmgate.request.FastLane;
import dev.warmgate.request.Public;
import dev.warmgate.token.TokensConfiguration;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;

/** The metadata of this authorization server (RFC 8414). */
@Path("/.well-known/oauth-authorization-server")
@Produces(MediaType.APPLICATION_JSON)
@Public
@FastLane
public final class MetadataResource {
  private static final String BASIC = "client_secret_basic";

  private final Metadata metadata;

  public MetadataResource(TokensConfiguration configuration) {
    String issuer = configuration.issuer();
    List<String> resources = new ArrayList<>(List.of(issuer));
    resources.addAll(configuration.resources());
    metadata =
        new Metadata(
            issuer,
            issuer + "/oauth/token",
            issuer + "/.well-known/jwks.json",
            List.of(),
            List.of(TokenResource.GRANT),
            List.of("none"),
            issuer + "/api/v1/auth/introspect",
            List.of(BASIC, "Bearer"),
            issuer + "/api/v1/auth/revoke",
            List.of(BASIC, "none"),
            List.copyOf(resources));
  }

  /**
   * RFC 8414 section 2, RFC 9728 section 4.
   *
   * @param responseTypesSupported empty, since there is no login page; the RFC requires the field
   * @param tokenEndpointAuthMethodsSupported {@code none}, since clients are public
   * @param revocationEndpointAuthMethodsSupported {@code none} for a client's own refresh token
   * @param protectedResources the values that {@code resource} may have, this API first
   */
  public record Metadata(
      String issuer,
      String tokenEndpoint,
      String jwksUri,
      List<String> responseTypesSupported,
      List<String> grantTypesSupported,
      List<String> tokenEndpointAuthMethodsSupported,
      String introspectionEndpoint,
      List<String> introspectionEndpointAuthMethodsSupported,
      String revocationEndpoint,
      List<String> revocationEndpointAuthMethodsSupported,
      List<String> protectedResources) {}

  @GET
  @Operation(summary = "Return the metadata of this authorization server (RFC 8414)")
  public Metadata metadata() {
    return metadata;
  }
}
