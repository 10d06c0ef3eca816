package dev.warmgate.token;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads whether the session of an access token is still active. */
public interface TokenStateDao {
  /** An active session: its remaining lifetime, and when it was opened. */
  record ActiveSession(long millisLeft, Instant openedAt) {}

  /** Returns the session, or empty if it has ended. */
  @SqlQuery(
      """
      SELECT CAST(EXTRACT(EPOCH FROM session.expires_at - now()) * 1000 AS bigint) AS millis_left,
        session.created_at AS opened_at
      FROM session JOIN account ON account.id = session.account_id
      WHERE session.id = :sessionId AND session.account_id = :accountId
        AND session.ended_at IS NULL AND session.expires_at > now()
        AND account.disabled_at IS NULL
        AND (session.created_at > account.sessions_ended_at OR session.id = account.spared_session)
      """)
  Optional<ActiveSession> find(UUID sessionId, UUID accountId);
}
