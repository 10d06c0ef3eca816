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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Serves metadata of the issuer at its well-known location (RFC 8615). */
@Path("/.well-known")
@Produces(MediaType.APPLICATION_JSON)
@Public
@FastLane
public final class WellKnownResource {
  private final JwksResource keys;

  public WellKnownResource(JwksResource keys) {
    this.keys = keys;
  }

  @GET
  @Path("jwks.json")
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = JwksResource.KeySet.class)))
  @ApiResponse(responseCode = "304", description = "The keys with the tag of If-None-Match")
  @Operation(summary = "Get the public keys at their well-known location")
  public Response jwks() {
    return keys.jwks();
  }
}
