package dev.warmgate.session;

import dev.warmgate.audit.Audit;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.secret.SecretKeys;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a refresh token stands for, for services that ask about one or want its session ended;
 * nothing is traded here.
 */
public final class RefreshGrants {
  /** What the current refresh token of a living session is good for. */
  public record Grant(UUID accountId, UUID sessionId, Instant issuedAt, Instant expiresAt) {}

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

  /** The session of a refresh token that we made, used or not; garbage costs no query. */
  public Optional<UUID> session(String text) {
    return refreshTokens.read(text).map(RefreshToken::sessionId);
  }

  /** Nothing if the token is not ours, has been traded, or its session has ended. */
  public Optional<Grant> find(String text) {
    return refreshTokens
        .read(text)
        .flatMap(
            token -> sessions.grant(token.sessionId(), token.counter(), RefreshTokens.hash(token)));
  }

  /** Ends a session for the service that asked for it. */
  public void revoke(UUID sessionId) {
    audit.record(origin -> sessions.revoke(sessionId, "revoked_by_service", origin));
    revocations.announce();
  }
}
