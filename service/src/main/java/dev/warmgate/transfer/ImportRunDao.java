package dev.warmgate.transfer;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Keeps the progress of imports, and tells what is left of them. */
public interface ImportRunDao {
  /**
   * A run of the command.
   *
   * @param done how many records of the source are done
   * @param counts a JSON object: how many records ended in which way
   */
  record Run(
      UUID id,
      String source,
      long done,
      String counts,
      Instant startedAt,
      @Nullable Instant finishedAt) {}

  /** Returns whether this connection may import: one at a time does. */
  @SqlQuery("SELECT pg_try_advisory_lock(hashtext('warmgate import'))")
  boolean tryLock();

  /** Whether people, or services on their behalf, have used this one within the last seconds. */
  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT FROM audit_event
        WHERE occurred_at > now() - INTERVAL '5 s' AND actor NOT IN ('operator', 'system'))
      """)
  boolean isServiceInUse();

  /** Returns the last run over the same files, if it did not reach their end. */
  @SqlQuery(
      """
      SELECT id, source, done, CAST(counts AS text) AS counts, started_at, finished_at
      FROM (
        SELECT * FROM account_import
        WHERE source = :source AND fingerprint = :fingerprint
        ORDER BY started_at DESC
        LIMIT 1
      ) AS last
      WHERE finished_at IS NULL
      """)
  Optional<Run> unfinished(String source, byte[] fingerprint);

  @SqlQuery(
      """
      INSERT INTO account_import (source, fingerprint)
      VALUES (:source, CAST(:fingerprint AS bytea))
      RETURNING id
      """)
  UUID begin(String source, byte @Nullable [] fingerprint);

  @SqlUpdate(
      """
      UPDATE account_import SET done = :done, counts = CAST(:counts AS jsonb) WHERE id = :run
      """)
  void progress(UUID run, long done, String counts);

  @SqlUpdate("UPDATE account_import SET finished_at = now() WHERE id = :run")
  void finish(UUID run);

  /** Returns the latest runs, newest first. */
  @SqlQuery(
      """
      SELECT id, source, done, CAST(counts AS text) AS counts, started_at, finished_at
      FROM account_import
      ORDER BY started_at DESC
      LIMIT :limit
      """)
  List<Run> latest(int limit);

  /** Counts the imported accounts that have no password. */
  @SqlQuery(
      """
      SELECT count(*)
      FROM account_source JOIN account ON account.id = account_source.account_id
      WHERE password_hash IS NULL
      """)
  long withoutPassword();

  /** Counts the imported accounts that still exist. */
  @SqlQuery("SELECT count(*) FROM account_source WHERE deleted_at IS NULL")
  long imported();
}
