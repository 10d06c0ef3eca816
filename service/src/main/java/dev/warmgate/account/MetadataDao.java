package dev.warmgate.account;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads and changes the metadata of accounts. */
public interface MetadataDao {
  /** The metadata of an account, as JSON objects. */
  record Row(String userMetadata, String appMetadata) {}

  @SqlQuery(
      """
      SELECT CAST(user_metadata AS text) AS user_metadata, CAST(app_metadata AS text) AS app_metadata
      FROM account
      WHERE id = :id
      """)
  @RegisterConstructorMapper(Row.class)
  Optional<Row> find(UUID id);

  /**
   * Merges an object into the user's metadata: its keys are set, and those that are null removed.
   * Returns nothing if there is no such account or the result has more than 16 KiB.
   */
  @SqlQuery(
      """
      WITH merged AS MATERIALIZED (
        SELECT id, (user_metadata || CAST(:patch AS jsonb)) - ARRAY(
            SELECT key FROM jsonb_each(CAST(:patch AS jsonb)) WHERE value = CAST('null' AS jsonb))
          AS user_metadata
        FROM account
        WHERE id = :id
        FOR NO KEY UPDATE
      ), changed AS (
        UPDATE account SET user_metadata = merged.user_metadata
        FROM merged
        WHERE account.id = merged.id
          AND octet_length(CAST(merged.user_metadata AS text)) <= 16384
        RETURNING account.id
      ), happened AS (
        SELECT 'user.updated' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('changed', 'user_metadata') AS details
        FROM changed
      )
      """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> merge(UUID id, String patch, @BindMethods("origin") AuditContext origin);
}
