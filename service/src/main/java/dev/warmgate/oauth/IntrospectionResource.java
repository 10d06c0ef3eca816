package dev.warmgate.oauth;

import dev.warmgate.problem.OAuthErrors;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Scopes;
import dev.warmgate.request.ServiceCaller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells other services whether a token is active, and revokes tokens: for services any, for a
 * public client its own refresh token.
 */
@Path("/api/v1/auth")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@OAuthErrors
public final class IntrospectionResource {
  private final OAuthService oauth;

  public IntrospectionResource(OAuthService oauth) {
    this.oauth = oauth;
  }

  /** An access or refresh token; the hint is accepted but not needed. */
  record Presented(String token, @Nullable String tokenTypeHint) {}

  /**
   * A token to revoke.
   *
   * @param clientId only from a client without a service key
   */
  record Revoked(String token, @Nullable String tokenTypeHint, @Nullable String clientId) {}

  @POST
  @Path("introspect")
  @Authenticated(roles = Authenticated.SERVICE, scopes = Scopes.INTROSPECT)
  @Operation(
      summary = "Return whether a token is active, and its claims (RFC 7662)",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_FORM_URLENCODED,
                      schema = @Schema(implementation = Presented.class))))
  public Introspection introspect(MultivaluedMap<String, String> form) {
    return oauth.introspect(token(form));
  }

  @POST
  @Path("revoke")
  @Authenticated(roles = Authenticated.SERVICE, scopes = Scopes.REVOKE, optional = true)
  @ApiResponse(responseCode = "200", description = "the token is no longer valid")
  @Operation(
      summary =
          "Revoke a token by ending its session (RFC 7009); a client without a service key, its own refresh token",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_FORM_URLENCODED,
                      schema = @Schema(implementation = Revoked.class))))
  public Response revoke(
      @Context SecurityContext security,
      @Parameter(hidden = true) @HeaderParam(HttpHeaders.AUTHORIZATION)
          @Nullable String authorization,
      MultivaluedMap<String, String> form) {
    String token = token(form);
    if (security.getUserPrincipal() instanceof ServiceCaller) {
      oauth.revoke(token);
    } else {
      oauth.requireClient(new FormParameters(form).find("client_id"), authorization);
      oauth.revokeOwn(token);
    }
    return Response.ok().build();
  }

  private static String token(MultivaluedMap<String, String> form) {
    FormParameters parameters = new FormParameters(form);
    parameters.find("token_type_hint");
    return parameters.require("token");
  }
}
