package dev.warmgate.session;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.token.TokenIssuer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads and raises the assurance level of sessions; nothing lowers it. */
public interface AssuranceDao {
  /**
   * A fragment that sets the columns of a session whose user has just used the second factor {@code
   * :method}; see {@link dev.warmgate.token.Amr} for its methods. It raises the level and makes
   * nothing fresh: whoever has a copy of the refresh token would share in that. So the method has
   * the time of the sign-in, and only the access token that the proof is answered with has its own.
   */
  String RAISED =
      """
        aal = 2,
        methods = (
          SELECT CASE WHEN ' ' || known LIKE '% ' || CAST(:method AS text) || '@%' THEN known
            ELSE known || ' ' || CAST(:method AS text) || '@' || CAST(floor(extract(epoch
              FROM COALESCE(session.authenticated_at, session.created_at))) AS bigint) END
          FROM (VALUES (COALESCE(session.methods,
            COALESCE(session.supabase_method, 'password') || '@'
              || CAST(floor(extract(epoch FROM session.created_at)) AS bigint)))) AS had (known))
      """;

  /** Returns the subject of the tokens of a living session. */
  @SqlQuery(
      """
      SELECT account.id AS account_id, session.id AS session_id, account.email,
        account.email_confirmed_at IS NOT NULL AS email_verified, account.role,
        COALESCE(session.authenticated_at, session.created_at) AS authenticated_at,
        session.aal, session.methods
      FROM living_session JOIN session ON session.id = living_session.id
        JOIN account ON account.id = session.account_id
      WHERE living_session.id = :sessionId AND account.id = :accountId
      """)
  Optional<TokenIssuer.Subject> find(UUID sessionId, UUID accountId);

  /** Raises a living session; returns no records if it has ended. */
  @SqlQuery(
      """
      WITH raised AS (
        UPDATE session SET
      """
          + RAISED
          + """
            FROM living_session AS living
            WHERE session.id = :sessionId AND session.account_id = :accountId
              AND session.ended_at IS NULL AND living.id = session.id
            RETURNING session.id, session.account_id
          ), happened AS (
            SELECT 'session.raised' AS event, account_id, id AS session_id,
              jsonb_build_object('by', CAST(:method AS text)) AS details
            FROM raised
          )
          """
          + AuditDao.RECORDED)
  List<AuditRecord> raise(
      UUID sessionId, UUID accountId, String method, @BindMethods("origin") AuditContext origin);
}
