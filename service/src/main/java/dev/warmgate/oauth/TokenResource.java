package dev.warmgate.oauth;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.OAuthErrors;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.session.TokenPair;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The token endpoint of RFC 6749, for standard OAuth clients. It accepts refresh tokens only and no
 * passwords (RFC 9700 section 2.4).
 */
@Path("/oauth/token")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@Public
@FastLane
@OAuthErrors
public final class TokenResource {
  static final String GRANT = "refresh_token";

  private final OAuthService oauth;

  public TokenResource(OAuthService oauth) {
    this.oauth = oauth;
  }

  /**
   * RFC 6749 section 6; the client is public and only names itself.
   *
   * @param resource the API that the access token is for (RFC 8707); this API by default
   */
  record Trade(
      @Schema(allowableValues = GRANT) String grantType,
      String clientId,
      String refreshToken,
      @Nullable String resource) {}

  @POST
  @RateLimited(Limit.REFRESH)
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = TokenPair.class)))
  @Operation(
      summary = "Exchange a refresh token for the next pair of tokens (RFC 6749)",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_FORM_URLENCODED,
                      schema = @Schema(implementation = Trade.class))))
  public Response trade(
      MultivaluedMap<String, String> form,
      @Parameter(hidden = true) @HeaderParam(HttpHeaders.AUTHORIZATION)
          @Nullable String authorization,
      @HeaderParam(HttpHeaders.USER_AGENT) @Nullable String userAgent) {
    FormParameters parameters = new FormParameters(form);
    if (!parameters.require("grant_type").equals(GRANT)) {
      throw new ApiException(ProblemType.UNSUPPORTED_GRANT_TYPE);
    }
    String refreshToken = parameters.require("refresh_token");
    Optional<String> clientId = parameters.find("client_id");
    if (parameters.find("scope").isPresent()) {
      throw new ApiException(ProblemType.INVALID_SCOPE);
    }
    // RFC 8707 allows several resources, but our tokens are for one.
    String resource = parameters.find("resource", ProblemType.INVALID_TARGET).orElse(null);
    oauth.requireClient(clientId, authorization);
    TokenPair pair = oauth.refresh(refreshToken, resource, userAgent);
    // For HTTP/1.0 caches, as the RFC requires; every answer has no-store.
    return Response.ok(pair).header("pragma", "no-cache").build();
  }
}
