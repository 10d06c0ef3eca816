package dev.warmgate.mail;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Claims queued mails and tracks their attempts. */
public interface MailDao {
  /**
   * A mail that this process has claimed until its lease ends.
   *
   * @param requestId what its link and code are computed from, with {@code keyId}
   * @param expired whether it is too late to send it
   */
  record Claimed(
      UUID id,
      int attempts,
      String kind,
      @Nullable UUID accountId,
      String address,
      @Nullable String locale,
      String parameters,
      @Nullable UUID requestId,
      @Nullable String keyId,
      @Nullable String traceparent,
      Instant createdAt,
      boolean expired) {
    @Override
    public String toString() {
      return "Claimed[" + id + "]";
    }
  }

  /** The mails that are neither sent nor given up, and the age of the oldest in seconds. */
  record Queue(long queued, double oldestSeconds) {}

  /** Claims due mails, the longest due first. The attempt counts immediately. */
  @SqlQuery(
      """
      WITH due AS (
        SELECT id FROM mail
        WHERE next_attempt_at <= now()
        ORDER BY next_attempt_at
        LIMIT :limit
        FOR UPDATE SKIP LOCKED
      )
      UPDATE mail
      SET attempts = attempts + 1, next_attempt_at = now() + :leaseMillis * INTERVAL '1 ms'
      FROM due
      WHERE mail.id = due.id
      RETURNING mail.id, attempts, kind, account_id, address, locale,
        CAST(parameters AS text) AS parameters, request_id, key_id, traceparent, created_at,
        expires_at <= now() AS expired
      """)
  List<Claimed> claim(int limit, long leaseMillis);

  /**
   * This and the other changes do nothing if the lease ended and another process has claimed the
   * mail. The address of the account can be reached again.
   */
  @SqlUpdate(
      """
      WITH sent AS (
        UPDATE mail SET sent_at = now(), next_attempt_at = NULL, last_error = NULL
        WHERE id = :id AND attempts = :attempts
        RETURNING account_id, address
      )
      UPDATE account SET undeliverable_at = NULL
      FROM sent
      WHERE account.id = sent.account_id AND email = sent.address AND undeliverable_at IS NOT NULL
      """)
  int sent(UUID id, int attempts);

  /** The mail server refused the mail for now. */
  @SqlUpdate(
      """
      UPDATE mail
      SET next_attempt_at = now() + :delayMillis * INTERVAL '1 ms', last_error = :error
      WHERE id = :id AND attempts = :attempts AND next_attempt_at IS NOT NULL
      """)
  int failed(UUID id, int attempts, long delayMillis, String error);

  /** The mail server could not be asked; the attempt does not count. */
  @SqlUpdate(
      """
      UPDATE mail
      SET attempts = attempts - 1, next_attempt_at = now() + :delayMillis * INTERVAL '1 ms',
        last_error = COALESCE(CAST(:error AS text), last_error)
      WHERE id = :id AND attempts = :attempts AND next_attempt_at IS NOT NULL
      """)
  int release(UUID id, int attempts, long delayMillis, @Nullable String error);

  /**
   * @param undeliverable marks the address of the account, if it still has this one
   */
  @SqlUpdate(
      """
      WITH dead AS (
        UPDATE mail SET dead_at = now(), next_attempt_at = NULL, last_error = :error
        WHERE id = :id AND attempts = :attempts
        RETURNING account_id, address
      )
      UPDATE account SET undeliverable_at = now()
      FROM dead
      WHERE :undeliverable AND account.id = dead.account_id AND email = dead.address
        AND undeliverable_at IS NULL
      """)
  int givenUp(UUID id, int attempts, String error, boolean undeliverable);

  @SqlQuery(
      """
      SELECT count(*) AS queued,
        COALESCE(EXTRACT(EPOCH FROM now() - min(created_at)), 0) AS oldest_seconds
      FROM mail
      WHERE next_attempt_at IS NOT NULL
      """)
  Queue queue();

  /**
   * Deletes mails that ended, or ran out unsent, so long ago, and rows that were never to be sent;
   * returns how many.
   */
  @SqlUpdate(
      """
      DELETE FROM mail
      WHERE id IN (
        SELECT id FROM mail
        WHERE COALESCE(sent_at, dead_at, expires_at) < now() - :keepSeconds * INTERVAL '1 s'
        LIMIT :limit
        FOR UPDATE SKIP LOCKED)
      """)
  int purge(long keepSeconds, int limit);
}
