package dev.warmgate.session;

import dev.warmgate.audit.Audit;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.secret.SecretKeys;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks up the session of a refresh token and ends it, for those who introspect or revoke tokens;
 * it never exchanges a token.
 */
public final class RefreshGrants {
  /**
   * The session that a current refresh token belongs to.
   *
   * @param awaitsFactor whether its user still has to use the second factor of their account
   */
  public record Grant(
      UUID accountId, UUID sessionId, Instant issuedAt, Instant expiresAt, boolean awaitsFactor) {}

  private final SessionDao sessions;
  private final RefreshTokens refreshTokens;
  private final RevocationFeed revocations;
  private final Audit audit;

  public RefreshGrants(
      SessionDao sessions, SecretKeys refreshKeys, RevocationFeed revocations, Audit audit) {
    this.sessions = sessions;
    this.refreshTokens = new RefreshTokens(refreshKeys);
    this.revocations = revocations;
    this.audit = audit;
  }

  /**
   * Returns the session of a refresh token that Warmgate issued, whether used or not; an invalid
   * token costs no query.
   */
  public Optional<UUID> session(String text) {
    return refreshTokens.read(text).map(RefreshToken::sessionId);
  }

  /**
   * Returns the grant; empty if the token is invalid or already exchanged, or its session has
   * ended.
   */
  public Optional<Grant> find(String text) {
    return refreshTokens
        .read(text)
        .flatMap(
            token -> sessions.grant(token.sessionId(), token.counter(), RefreshTokens.hash(token)));
  }

  /**
   * Ends a session at the request of a service, or of the client that has its token; does nothing
   * if it has ended already.
   */
  public void revoke(UUID sessionId, boolean byService) {
    String cause = byService ? "revoked_by_service" : "revoked_by_client";
    // Announcements cost every replica a query.
    if (audit.record(origin -> sessions.revoke(sessionId, cause, origin))) {
      revocations.announce();
    }
  }
}
