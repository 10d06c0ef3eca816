package dev.warmgate.token;

import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads whether the session an access token belongs to still lives. */
public interface TokenStateDao {
  /** How long the session may still live; nothing if it has ended. */
  @SqlQuery(
      """
      SELECT CAST(EXTRACT(EPOCH FROM session.expires_at - now()) * 1000 AS bigint)
      FROM session JOIN account ON account.id = session.account_id
      WHERE session.id = :sessionId AND session.account_id = :accountId
        AND session.ended_at IS NULL AND session.expires_at > now()
        AND account.disabled_at IS NULL
      """)
  Optional<Long> millisLeft(UUID sessionId, UUID accountId);
}
