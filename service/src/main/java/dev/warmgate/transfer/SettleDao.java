package dev.warmgate.transfer;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.proof.Unproven;
import dev.warmgate.revocation.RevocationDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Frees addresses for the rows of {@code import_row} that could not have them. {@link MergeDao}
 * then gives them away in the same transaction.
 */
public interface SettleDao {
  /** The account that has the address which a row wants. */
  record Holder(int ordinal, UUID id) {}

  /**
   * Returns who has these addresses, of those that somebody has.
   *
   * @param keys a JSON array of their keys
   */
  @SqlQuery(
      """
      SELECT CAST(ordinality - 1 AS integer) AS ordinal, holder.id
      FROM jsonb_array_elements_text(CAST(:keys AS jsonb))
          WITH ORDINALITY AS wanted(email_key, ordinality)
        CROSS JOIN LATERAL (
          SELECT id FROM account WHERE email_key = wanted.email_key OFFSET 0
        ) AS holder
      """)
  List<Holder> holders(String keys);

  /**
   * Deletes the accounts that have an address which the source has proven and they have not, as the
   * proof of a registration does: not those in use, nor those that were imported.
   */
  @SqlQuery(
      """
      WITH wanted AS MATERIALIZED (
        SELECT import_row.id, import_row.email_key
        FROM import_row
          LEFT JOIN LATERAL (
            SELECT * FROM account_source WHERE account_id = import_row.id OFFSET 0
          ) AS source ON true
          LEFT JOIN LATERAL (
            SELECT id, email_key, role FROM account WHERE id = import_row.id OFFSET 0
          ) AS account ON true
        WHERE confirmed AND CASE WHEN account.id IS NULL THEN source.account_id IS NULL
          ELSE account.role <> 'admin' AND account.email_key = source.email_key END
      ), vacated AS (
        DELETE FROM account
        WHERE account.id = ANY (ARRAY(
            SELECT holder.id
            FROM wanted
              CROSS JOIN LATERAL (
                SELECT id FROM account WHERE email_key = wanted.email_key OFFSET 0
              ) AS holder
            WHERE holder.id <> wanted.id))
          AND NOT EXISTS (SELECT FROM account_source WHERE account_id = account.id)
          AND
      """
          + Unproven.ACCOUNT
          + " AND "
          + Unproven.NEVER_USED
          + """
            RETURNING account.id
          ), emptied AS (
            SELECT id AS account_id, CAST('infinity' AS timestamptz) AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'address_proven' AS reason, true AS erase
            FROM vacated
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'user.deleted' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('reason', 'address_proven') AS details
            FROM vacated
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> vacate(@BindMethods("origin") AuditContext origin);

  /**
   * Takes the addresses away from imported accounts that have exchanged them with one another at
   * the source, two or more in a ring; each of their rows then gets the one it wants.
   */
  @SqlUpdate(
      """
      WITH RECURSIVE moving AS MATERIALIZED (
        SELECT account.id, account.email_key AS leaves, import_row.email_key AS wants
        FROM import_row
          CROSS JOIN LATERAL (
            SELECT email_key FROM account_source WHERE account_id = import_row.id OFFSET 0
          ) AS source
          CROSS JOIN LATERAL (
            SELECT id, email_key, role FROM account WHERE id = import_row.id OFFSET 0
          ) AS account
        WHERE account.role <> 'admin' AND account.email_key = source.email_key
          AND account.email_key <> import_row.email_key
      ), walk AS (
        SELECT id, leaves, wants, 1 AS steps FROM moving
        UNION ALL
        SELECT walk.id, walk.leaves, moving.wants, steps + 1
        FROM walk JOIN moving ON moving.leaves = walk.wants
        WHERE walk.wants <> walk.leaves AND steps < 10
      ), ring AS (
        SELECT id FROM walk WHERE wants = leaves
      ), noted AS (
        UPDATE account_source SET email_key = 'moving ' || account_id
        WHERE account_id IN (SELECT id FROM ring)
      )
      UPDATE account SET email_key = 'moving ' || id
      WHERE id IN (SELECT id FROM ring)
      """)
  void leaveRings();
}
