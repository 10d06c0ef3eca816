package dev.warmgate.signingkey;

import dev.warmgate.request.FastLane;
import dev.warmgate.request.Public;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;

/**
 * Publishes the public keys, so that other services can verify access tokens offline (RFC 7517).
 */
@Path("/api/v1/auth/jwks.json")
@Produces(MediaType.APPLICATION_JSON)
@Public
@FastLane
public final class JwksResource {
  /** A new key is published at least this long before it signs. */
  private static final String CACHEABLE =
      "public, max-age=" + KeysConfiguration.MAX_AGE.toSeconds();

  private final SigningKeys keys;

  public JwksResource(SigningKeys keys) {
    this.keys = keys;
  }

  /** The JWK set. */
  public record KeySet(List<Map<String, String>> keys) {}

  @GET
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = KeySet.class)))
  @Operation(summary = "Get the public keys that verify access tokens (RFC 7517)")
  public Response jwks() {
    KeySet set = new KeySet(keys.published().stream().map(SigningKey::jwk).toList());
    return Response.ok(set).header(HttpHeaders.CACHE_CONTROL, CACHEABLE).build();
  }
}
