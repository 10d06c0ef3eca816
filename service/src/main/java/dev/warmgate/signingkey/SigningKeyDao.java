package dev.warmgate.signingkey;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/**
 * The signing keys that all replicas share; private keys are stored encrypted only. PostgreSQL's
 * clock alone decides when a key is due and when it is deleted.
 */
public interface SigningKeyDao {
  /** A stored key. */
  record Row(
      String id,
      byte[] publicKey,
      byte[] encryptedPrivateKey,
      String encryptionKeyId,
      Instant signsFrom) {}

  /** Returns all keys, newest first. */
  @SqlQuery(
      """
      SELECT id, public_key, encrypted_private_key, encryption_key_id, signs_from
      FROM signing_key
      ORDER BY signs_from DESC, id
      """)
  List<Row> all();

  /** Inserts the very first key; if replicas start at the same time, one of them succeeds. */
  @Transaction
  default List<AuditRecord> insertFirst(Row key, AuditContext origin) {
    lockUntilCommit();
    return insertIfNone(key, origin);
  }

  /**
   * Inserts the next key, which signs after {@code ahead} seconds, unless a key has signed for less
   * than {@code age} seconds or is on standby. Of concurrent replicas, one succeeds.
   */
  @Transaction
  default List<AuditRecord> insertNext(Row key, long age, long ahead, AuditContext origin) {
    lockUntilCommit();
    return insertIfNoneIsYounger(key, age, ahead, origin);
  }

  /**
   * Withdraws a key and revokes every token signed with it. If it was the current key, the one on
   * standby signs immediately, since clients may know it already, otherwise the replacement.
   * Returns no records if there is no such key.
   */
  @Transaction
  default List<AuditRecord> retire(String id, Row replacement, AuditContext origin) {
    lockUntilCommit();
    boolean signing = isSigning(id);
    List<AuditRecord> retired = retire(id, origin);
    if (!retired.isEmpty() && signing && promoteStandby() == 0) {
      insertNow(replacement);
    }
    return retired;
  }

  /** Blocks other writers, but not readers. */
  @SqlUpdate("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE")
  void lockUntilCommit();

  @SqlQuery(
      """
      WITH made AS (
        INSERT INTO signing_key
          (id, public_key, encrypted_private_key, encryption_key_id, signs_from)
        SELECT :id, :publicKey, :encryptedPrivateKey, :encryptionKeyId, now()
        WHERE NOT EXISTS (SELECT FROM signing_key)
        RETURNING id
      ), happened AS (
        SELECT 'key.created' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id, jsonb_build_object('kid', id) AS details
        FROM made
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> insertIfNone(@BindMethods Row key, @BindMethods("origin") AuditContext origin);

  @SqlQuery(
      """
      WITH made AS (
        INSERT INTO signing_key
          (id, public_key, encrypted_private_key, encryption_key_id, signs_from)
        SELECT :id, :publicKey, :encryptedPrivateKey, :encryptionKeyId,
          now() + :ahead * INTERVAL '1 s'
        WHERE NOT EXISTS (
          SELECT FROM signing_key WHERE signs_from > now() - :age * INTERVAL '1 s')
        RETURNING id, signs_from
      ), happened AS (
        SELECT 'key.rotated' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id, jsonb_build_object('kid', id, 'signs_from', signs_from) AS details
        FROM made
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> insertIfNoneIsYounger(
      @BindMethods Row key, long age, long ahead, @BindMethods("origin") AuditContext origin);

  @SqlUpdate(
      """
      INSERT INTO signing_key (id, public_key, encrypted_private_key, encryption_key_id, signs_from)
      VALUES (:id, :publicKey, :encryptedPrivateKey, :encryptionKeyId, now())
      """)
  void insertNow(@BindMethods Row key);

  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT FROM (
          SELECT id FROM signing_key WHERE signs_from <= now() ORDER BY signs_from DESC, id LIMIT 1
        ) AS signing
        WHERE id = :id)
      """)
  boolean isSigning(String id);

  @SqlUpdate(
      """
      UPDATE signing_key SET signs_from = now()
      WHERE id = (
        SELECT id FROM signing_key WHERE signs_from > now() ORDER BY signs_from, id LIMIT 1)
      """)
  int promoteStandby();

  /** Deletes a key and revokes every token signed with it. */
  @SqlQuery(
      """
      WITH retired AS (
        DELETE FROM signing_key WHERE id = :id RETURNING id
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'key', id FROM retired
      ), happened AS (
        SELECT 'key.retired' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id, jsonb_build_object('kid', id) AS details
        FROM retired
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> retire(String id, @BindMethods("origin") AuditContext origin);

  /** Deletes the keys that were replaced at least so many seconds ago, and returns their ids. */
  @SqlQuery(
      """
      DELETE FROM signing_key AS old
      WHERE EXISTS (
        SELECT FROM signing_key AS next
        WHERE next.signs_from > old.signs_from
          AND next.signs_from < now() - :seconds * INTERVAL '1 s')
      RETURNING id
      """)
  List<String> forgetReplacedFor(long seconds);

  /** Stores a re-encrypted private key, unless another process has done so in the meantime. */
  @SqlUpdate(
      """
      UPDATE signing_key
      SET encrypted_private_key = :encryptedPrivateKey, encryption_key_id = :encryptionKeyId
      WHERE id = :id AND encryption_key_id = :before
      """)
  int reencrypt(@BindMethods Row key, String before);
}
