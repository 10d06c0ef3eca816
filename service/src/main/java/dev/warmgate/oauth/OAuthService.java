package dev.warmgate.oauth;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Caller;
import dev.warmgate.session.RefreshGrants;
import dev.warmgate.session.SessionService;
import dev.warmgate.session.TokenPair;
import dev.warmgate.token.TokensConfiguration;
import dev.warmgate.token.VerifiedTokens;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Trades, explains and revokes tokens. Access and refresh tokens cannot be mistaken for each other,
 * so no {@code token_type_hint} is needed. What cannot be known is a 503, never "not active".
 */
public final class OAuthService {
  private static final int UNAUTHORIZED = 401;

  private final TokensConfiguration configuration;
  private final VerifiedTokens accessTokens;
  private final RefreshGrants grants;
  private final SessionService sessions;

  public OAuthService(
      TokensConfiguration configuration,
      VerifiedTokens accessTokens,
      RefreshGrants grants,
      SessionService sessions) {
    this.configuration = configuration;
    this.accessTokens = accessTokens;
    this.grants = grants;
    this.sessions = sessions;
  }

  /**
   * Trades a refresh token for the next pair.
   *
   * @param resource whom the access token is for; this API, if it is left out
   * @throws ApiException 400 if it is not good any more, is not for that client, or no tokens are
   *     issued for that resource; 429 and 503 as {@link SessionService#refresh}
   */
  TokenPair refresh(
      String clientId, String refreshToken, @Nullable String resource, @Nullable String userAgent) {
    if (!clientId.equals(configuration.clientId())) {
      throw new ApiException(ProblemType.INVALID_CLIENT);
    }
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
      return grants
          .find(token)
          .map(grant ->
              Introspection.ofRefreshToken(grant, configuration.issuer(), configuration.clientId()))
          .orElse(Introspection.INACTIVE);
    }
    try {
      return Introspection.ofAccessToken(accessTokens.claims(token));
    } catch (ApiException refusal) {
      requireKnown(refusal);
      return Introspection.INACTIVE;
    }
  }

  /** Ends the session that the token belongs to; what is no token of a session ends nothing. */
  void revoke(String token) {
    grants.session(token).or(() -> sessionOfAccessToken(token)).ifPresent(grants::revoke);
  }

  private Optional<UUID> sessionOfAccessToken(String token) {
    try {
      return Optional.of(accessTokens.verify(token)).map(Caller::sessionId);
    } catch (ApiException refusal) {
      requireKnown(refusal);
      return Optional.empty();
    }
  }

  /** A token is refused with 401; with anything else nothing is said about it. */
  private static void requireKnown(ApiException refusal) {
    if (refusal.type().status() != UNAUTHORIZED) {
      throw refusal;
    }
  }
}
