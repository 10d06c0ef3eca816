package dev.warmgate.account;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads and changes the metadata of accounts. */
public interface MetadataDao {
  /**
   * A fragment that begins a statement which merges {@code :userMetadata} and {@code :appMetadata}
   * into those of the account {@code :id}: their keys are set, and those that are null removed. The
   * statement closes the common table expression {@code merged}, once it has said how its row is
   * locked.
   */
  String MERGED =
      """
      WITH merged AS MATERIALIZED (
        SELECT id, email_key AS old_key,
          (user_metadata || CAST(:userMetadata AS jsonb)) - ARRAY(
              SELECT key FROM jsonb_each(CAST(:userMetadata AS jsonb))
              WHERE value = CAST('null' AS jsonb))
            AS user_metadata,
          (app_metadata || CAST(:appMetadata AS jsonb)) - ARRAY(
              SELECT key FROM jsonb_each(CAST(:appMetadata AS jsonb))
              WHERE value = CAST('null' AS jsonb))
            AS app_metadata
        FROM account
        WHERE id = :id
      """;

  /** A condition on {@code merged}: neither object is larger than the table allows. */
  String FITS =
      "(octet_length(CAST(merged.user_metadata AS text)) <= "
          + StoredJson.MOST_BYTES
          + " AND octet_length(CAST(merged.app_metadata AS text)) <= "
          + StoredJson.MOST_BYTES
          + ")";

  /** The metadata of an account, as JSON objects. */
  record Row(String userMetadata, String appMetadata) {}

  @SqlQuery(
      """
      SELECT CAST(user_metadata AS text) AS user_metadata, CAST(app_metadata AS text) AS app_metadata
      FROM account
      WHERE id = :id
      """)
  Optional<Row> find(UUID id);

  /**
   * Whether the metadata still fits once objects are merged into it; empty if there is no such
   * account.
   */
  @SqlQuery(MERGED + ") SELECT " + FITS + " FROM merged")
  Optional<Boolean> fits(UUID id, String userMetadata, String appMetadata);

  /**
   * Merges objects into the metadata. Returns nothing if there is no such account or the result
   * does not fit.
   */
  @SqlQuery(
      MERGED
          + """
            FOR NO KEY UPDATE
          ), changed AS (
            UPDATE account
            SET user_metadata = merged.user_metadata, app_metadata = merged.app_metadata
            FROM merged
            WHERE account.id = merged.id AND
          """
          + FITS
          + """
            RETURNING account.id
          ), happened AS (
            SELECT 'user.updated' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('changed', 'user_metadata') AS details
            FROM changed
          )
          """
          + AuditDao.RECORDED)
  List<AuditRecord> merge(
      UUID id, String userMetadata, String appMetadata, @BindMethods("origin") AuditContext origin);
}
