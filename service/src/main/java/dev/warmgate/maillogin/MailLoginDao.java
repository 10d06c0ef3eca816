package dev.warmgate.maillogin;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.proof.ProofDao;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.LoginDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Opens sessions for those who have proven their address. */
public interface MailLoginDao {
  /**
   * Uses the proof and opens a session. If it is the first proof of the account's address, a
   * stranger may have registered it: then the password is forgotten and every other session ends.
   */
  @SqlQuery(
      ProofDao.GIVEN
          + """
          , locked AS MATERIALIZED (
            SELECT account.id, account.email_confirmed_at IS NULL AS unproven,
              account.sessions_ended_at
            FROM account JOIN given
              ON account.id = given.account_id AND account.email_key = given.email_key
            WHERE account.disabled_at IS NULL
            FOR NO KEY UPDATE OF account
          ), claimed AS (
            UPDATE account
            SET email_confirmed_at = now(), email = lower(email COLLATE "C"), password_hash = NULL,
              password_version = password_version + 1, locale = NULL, spared_session = NULL,
          """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id AND unproven
            RETURNING account.id, account.sessions_ended_at
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'address_proven' AS reason, false AS erase
            FROM claimed
          ), opening AS (
            SELECT locked.id AS account_id,
              GREATEST(now(), INTERVAL '1 microsecond'
                + COALESCE(claimed.sessions_ended_at, locked.sessions_ended_at)) AS opened_at
            FROM locked LEFT JOIN claimed ON claimed.id = locked.id
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + LoginDao.OPENED
          + """
          , happened AS (
            SELECT 'session.started' AS event, account_id, id AS session_id,
              jsonb_build_object('by', 'mail') AS details
            FROM opened
            UNION ALL
            SELECT 'email.confirmed', id, CAST(NULL AS uuid), jsonb_build_object('by', 'sign-in')
            FROM claimed
            UNION ALL
            SELECT 'user.updated', id, CAST(NULL AS uuid), jsonb_build_object('changed', 'password')
            FROM claimed
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> open(
      UUID proofId,
      String kind,
      String emailKey,
      @BindMethods LoginDao.Opening session,
      @BindMethods("origin") AuditContext origin);
}
