package dev.warmgate.oauth;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RequestContext;
import dev.warmgate.session.RefreshGrants;
import dev.warmgate.session.SessionService;
import dev.warmgate.session.TokenPair;
import dev.warmgate.token.TokensConfiguration;
import dev.warmgate.token.VerifiedTokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Refreshes, introspects and revokes tokens. Access and refresh tokens differ in form, so that no
 * {@code token_type_hint} is needed. Answers 503, never "not active", if the state of a token
 * cannot be determined.
 */
public final class OAuthService {
  private static final int UNAUTHORIZED = 401;

  private final TokensConfiguration configuration;
  private final VerifiedTokens accessTokens;
  private final RefreshGrants grants;
  private final SessionService sessions;
  private final RateLimits limits;

  public OAuthService(
      TokensConfiguration configuration,
      VerifiedTokens accessTokens,
      RefreshGrants grants,
      SessionService sessions,
      RateLimits limits) {
    this.configuration = configuration;
    this.accessTokens = accessTokens;
    this.grants = grants;
    this.sessions = sessions;
    this.limits = limits;
  }

  /**
   * Requires the client to name itself; clients are public and have no secret.
   *
   * @param authorization the header of that name. A client that tried to authenticate by it gets a
   *     challenge (RFC 6749 section 5.2).
   * @throws ApiException 400, or 401 with the challenge, if the client is unknown
   */
  void requireClient(Optional<String> clientId, @Nullable String authorization) {
    if (clientId.filter(configuration.clientId()::equals).isPresent()) {
      return;
    }
    if (authorization != null) {
      throw new ApiException(ProblemType.UNAUTHENTICATED_CLIENT);
    }
    throw clientId.isPresent()
        ? new ApiException(ProblemType.INVALID_CLIENT)
        : new ApiException(ProblemType.INVALID_CLIENT, "client_id is missing");
  }

  /**
   * Exchanges a refresh token for the next pair.
   *
   * @param resource the API that the access token is for; this API if {@code null}
   * @throws ApiException 400 if the refresh token is not valid, or no tokens are issued for that
   *     resource; 429 and 503 as {@link SessionService#refresh}
   */
  TokenPair refresh(String refreshToken, @Nullable String resource, @Nullable String userAgent) {
    try {
      return sessions.refresh(refreshToken, resource, userAgent);
    } catch (ApiException refusal) {
      if (refusal.type().status() != UNAUTHORIZED) {
        throw refusal;
      }
      throw new ApiException(ProblemType.INVALID_GRANT, refusal.type().title());
    }
  }

  Introspection introspect(String token) {
    if (grants.session(token).isPresent()) {
      // A token of a session that awaits its factor opens nothing yet, and a server may ask for
      // nothing but whether it is active.
      return grants
          .find(token)
          .filter(grant -> !grant.awaitsFactor())
          .map(grant ->
              Introspection.ofRefreshToken(grant, configuration.issuer(), configuration.clientId()))
          .orElse(Introspection.INACTIVE);
    }
    try {
      Map<String, Object> claims = accessTokens.claims(token);
      Introspection known = Introspection.ofAccessToken(claims);
      return List.of(Caller.SUPABASE_BEFORE_FACTOR).equals(known.aud())
          ? Introspection.INACTIVE
          : known;
    } catch (ApiException refusal) {
      rethrowUnlessInvalid(refusal);
      return Introspection.INACTIVE;
    }
  }

  /** Ends the session of the token for a service; does nothing if it has none. */
  void revoke(String token) {
    grants
        .session(token)
        .or(() -> sessionOfAccessToken(token))
        .ifPresent(session -> grants.revoke(session, true));
  }

  /**
   * Ends the session of a refresh token for the public client that has it (RFC 7009 section 2.1);
   * does nothing if it has none. Clients with an access token end its session by a logout.
   *
   * @throws ApiException 400 for an access token, 429 after too many forged tokens from this
   *     address
   */
  void revokeOwn(String token) {
    Optional<UUID> session = grants.session(token);
    if (session.isPresent()) {
      grants.revoke(session.get(), false);
      return;
    }
    if (sessionOfAccessToken(token).isPresent()) {
      throw new ApiException(ProblemType.UNSUPPORTED_TOKEN_TYPE);
    }
    limits.count(RequestContext.current(), Limit.REFRESH_FORGED);
  }

  private Optional<UUID> sessionOfAccessToken(String token) {
    try {
      return Optional.of(accessTokens.verify(token)).map(Caller::sessionId);
    } catch (ApiException refusal) {
      rethrowUnlessInvalid(refusal);
      return Optional.empty();
    }
  }

  /** Rethrows every error but a 401, which alone means that the token is not valid. */
  private static void rethrowUnlessInvalid(ApiException refusal) {
    if (refusal.type().status() != UNAUTHORIZED) {
      throw refusal;
    }
  }
}
