package dev.warmgate.transfer;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Remembers, in temporary tables of this connection, what an import has had, however many records
 * that are: a source that names an id twice means two accounts, and a dry run stores none of them.
 * Behind a pooler the connection may have been another import's, or become another one: then it
 * remembers less, and the later record of an id counts.
 */
public interface SeenDao {
  @SqlUpdate(
      """
      CREATE TEMP TABLE IF NOT EXISTS import_seen (
        import uuid, id uuid, is_password boolean, PRIMARY KEY (import, id, is_password)
      )
      """)
  void makeSeenTable();

  /** Makes the table of the accounts that a dry run would have created. */
  @SqlUpdate(
      """
      CREATE TEMP TABLE IF NOT EXISTS import_dry_run (
        import uuid, id uuid, email_key text, PRIMARY KEY (import, id), UNIQUE (import, email_key)
      )
      """)
  void makeDryRunTable();

  /** Removes the rows whose id an earlier batch has had, and remembers the others. */
  @SqlQuery(
      """
      WITH noted AS (
        INSERT INTO import_seen (import, id, is_password)
        SELECT :importId, id, email IS NULL FROM import_row
        ON CONFLICT DO NOTHING
        RETURNING id, is_password
      ), repeated AS (
        DELETE FROM import_row
        WHERE NOT EXISTS (
          SELECT FROM noted
          WHERE noted.id = import_row.id AND noted.is_password = (import_row.email IS NULL))
        RETURNING ordinal
      )
      SELECT ordinal FROM repeated
      """)
  List<Integer> removeRepeated(UUID importId);

  /**
   * Remembers rows of accounts as created.
   *
   * @param ordinals separated by spaces
   * @return the ordinals of those whose address no earlier one has
   */
  @SqlQuery(
      """
      WITH created AS (
        INSERT INTO import_dry_run (import, id, email_key)
        SELECT :importId, id, email_key FROM import_row
        WHERE ordinal = ANY (CAST(string_to_array(:ordinals, ' ') AS integer[]))
        ORDER BY ordinal
        ON CONFLICT DO NOTHING
        RETURNING id
      )
      SELECT ordinal FROM created JOIN import_row USING (id) WHERE email IS NOT NULL
      """)
  List<Integer> noteCreated(UUID importId, String ordinals);

  /** Returns the ordinals of passwords whose account a dry run would have created. */
  @SqlQuery(
      """
      SELECT ordinal
      FROM import_row
        CROSS JOIN LATERAL (
          SELECT FROM import_dry_run
          WHERE import = :importId AND id = import_row.id
          OFFSET 0
        ) AS account
      WHERE email IS NULL
      """)
  List<Integer> passwordsOfCreated(UUID importId);
}
