package dev.warmgate.signingkey;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.PreparedAnswer;
import dev.warmgate.request.Public;
import dev.warmgate.request.RequestContext;
import dev.warmgate.secret.Crypto;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Publishes the public keys, so that other services can verify access tokens offline (RFC 7517).
 */
@Path("/api/v1/auth/jwks.json")
@Produces(MediaType.APPLICATION_JSON)
@Public
@FastLane
public final class JwksResource {
  // In lower case, since Jersey copies every other name.
  private static final String ETAG = "etag";
  private static final String CACHE_CONTROL = "cache-control";

  /** A new key is published at least this long before it signs. */
  private static final String CACHEABLE =
      "public, max-age=" + KeysConfiguration.MAX_AGE.toSeconds();

  private static final ObjectWriter JSON = new ObjectMapper().writerFor(KeySet.class);

  private final SigningKeys keys;
  private volatile Prepared prepared = Prepared.of(List.of(), new byte[0]);

  public JwksResource(SigningKeys keys) {
    this.keys = keys;
  }

  /** The JWK set. */
  public record KeySet(List<Map<String, String>> keys) {}

  /** The set of these keys as it is sent. */
  private record Prepared(List<SigningKey> keys, EntityTag tag, PreparedAnswer answer) {
    static Prepared of(List<SigningKey> keys, byte[] bytes) {
      String hash = Base64.getUrlEncoder().withoutPadding().encodeToString(Crypto.sha256(bytes));
      return new Prepared(
          keys,
          new EntityTag(hash),
          new PreparedAnswer(
              bytes,
              Map.of(
                  "content-type",
                  MediaType.APPLICATION_JSON,
                  ETAG,
                  '"' + hash + '"',
                  CACHE_CONTROL,
                  CACHEABLE)));
    }
  }

  @GET
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = KeySet.class)))
  @ApiResponse(responseCode = "304", description = "The keys with the tag of If-None-Match")
  @Operation(summary = "Get the public keys that verify access tokens (RFC 7517)")
  public Response jwks() {
    List<SigningKey> published = keys.published();
    if (published.isEmpty()) {
      throw ApiException.retryAfter(ProblemType.NOT_READY, Duration.ofSeconds(1));
    }
    Prepared set = prepared(published);
    Response.ResponseBuilder known =
        RequestContext.currentRequest().evaluatePreconditions(set.tag());
    return (known == null
            ? Response.ok(set.answer().bytes()).header(ETAG, set.answer().headers().get(ETAG))
            : known)
        .header(CACHE_CONTROL, CACHEABLE)
        .build();
  }

  /**
   * Returns what {@link #jwks} answers to a client that has no keys yet; empty before the first
   * ones were read.
   */
  public Optional<PreparedAnswer> answer() {
    List<SigningKey> published = keys.published();
    return published.isEmpty() ? Optional.empty() : Optional.of(prepared(published).answer());
  }

  private Prepared prepared(List<SigningKey> published) {
    Prepared known = prepared;
    if (known.keys().equals(published)) {
      return known;
    }
    try {
      byte[] bytes =
          JSON.writeValueAsBytes(new KeySet(published.stream().map(SigningKey::jwk).toList()));
      Prepared fresh = Prepared.of(published, bytes);
      prepared = fresh;
      return fresh;
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
