package dev.warmgate.status;

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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Serves the OpenAPI contract, a file that a test keeps in line with the resources. */
@Path("/openapi.json")
@Produces(MediaType.APPLICATION_JSON)
@Public
@FastLane
public final class OpenApiResource {
  private final byte[] contract;

  public OpenApiResource() {
    try (InputStream file = OpenApiResource.class.getResourceAsStream("/openapi.json")) {
      contract = file.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @GET
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Object.class)))
  @Operation(summary = "Get this contract")
  public byte[] contract() {
    return contract.clone();
  }
}
