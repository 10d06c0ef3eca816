package dev.warmgate.gotrue;

import dev.warmgate.account.MetadataDao;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.PasswordChangeDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Creates and changes accounts for the operator's services. */
public interface AdminUserDao {
  /** What a service wants an account to be; {@code null} for what it leaves as it is. */
  record Wanted(
      UUID id,
      @Nullable String email,
      @Nullable String emailKey,
      @Nullable String passwordHash,
      boolean confirmed,
      boolean disabled,
      String userMetadata,
      String appMetadata) {
    @Override
    public String toString() {
      return "Wanted[" + id + "]";
    }
  }

  /** Creates an account; returns nothing if the address or the id is taken. */
  @SqlQuery(
      """
      WITH created AS (
        INSERT INTO account (id, email, email_key, password_hash, role, email_confirmed_at,
          disabled_at, user_metadata, app_metadata)
        VALUES (:id, :email, :emailKey, CAST(:passwordHash AS text), 'user',
          CASE WHEN :confirmed THEN now() END, CASE WHEN :disabled THEN now() END,
          CAST(:userMetadata AS jsonb), CAST(:appMetadata AS jsonb))
        ON CONFLICT DO NOTHING
        RETURNING id
      ), happened AS (
        SELECT 'user.registered' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('by', 'service') AS details
        FROM created
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> create(@BindMethods Wanted wanted, @BindMethods("origin") AuditContext origin);

  /**
   * Changes the address and the metadata, which are merged: a null removes a key. A new address
   * counts as unproven unless the service says otherwise. Returns nothing if there is no such
   * account, the address is taken or metadata would not fit.
   */
  @SqlQuery(
      MetadataDao.MERGED
          + """
            FOR UPDATE
          ), changed AS (
            UPDATE account
            SET user_metadata = merged.user_metadata, app_metadata = merged.app_metadata,
              email = COALESCE(CAST(:email AS text), account.email),
              email_key = COALESCE(CAST(:emailKey AS text), account.email_key),
              undeliverable_at = CASE WHEN CAST(:emailKey AS text) <> old_key THEN NULL
                ELSE undeliverable_at END,
              email_confirmed_at = CASE
                WHEN :confirmed THEN COALESCE(account.email_confirmed_at, now())
                WHEN CAST(:emailKey AS text) <> old_key THEN NULL
                ELSE account.email_confirmed_at END
            FROM merged
            WHERE account.id = merged.id AND
          """
          + MetadataDao.FITS
          + """
              AND NOT EXISTS (
                SELECT FROM account AS holder
                WHERE holder.email_key = CAST(:emailKey AS text) AND holder.id <> merged.id)
            RETURNING account.id
          ), happened AS (
            SELECT 'user.updated' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('changed', 'account', 'by', 'service') AS details
            FROM changed
          )
          """
          + AuditDao.RECORDED)
  List<AuditRecord> change(@BindMethods Wanted wanted, @BindMethods("origin") AuditContext origin);

  /** Replaces the password and ends every session. */
  @SqlQuery(
      """
      WITH changed AS (
        UPDATE account
        SET
      """
          + PasswordChangeDao.REPLACED
          + """
            WHERE id = :id
            RETURNING id, sessions_ended_at
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'password_changed' AS reason, false AS erase
            FROM changed
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'password.changed' AS event, account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('by', 'service') AS details
            FROM emptied
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> replacePassword(
      UUID id, String passwordHash, @BindMethods("origin") AuditContext origin);
}
