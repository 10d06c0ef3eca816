package dev.warmgate.token;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** The signing keys that all replicas share; a private key leaves the process only encrypted. */
public interface SigningKeyDao {
  /** A key as it is stored. */
  record Row(
      String id,
      byte[] publicKey,
      byte[] encryptedPrivateKey,
      String encryptionKeyId,
      Instant signsFrom) {}

  @SqlQuery(
      """
      SELECT id, public_key, encrypted_private_key, encryption_key_id, signs_from
      FROM signing_key
      ORDER BY signs_from DESC, id
      """)
  @RegisterConstructorMapper(Row.class)
  List<Row> all();

  /** Inserts the first key ever; of replicas that start together, one does, and returns 1. */
  @Transaction
  default int insertFirst(Row key) {
    lockUntilCommit();
    return insertIfNone(key);
  }

  @SqlUpdate("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE")
  void lockUntilCommit();

  @SqlUpdate(
      """
      INSERT INTO signing_key (id, public_key, encrypted_private_key, encryption_key_id, signs_from)
      SELECT :id, :publicKey, :encryptedPrivateKey, :encryptionKeyId, :signsFrom
      WHERE NOT EXISTS (SELECT FROM signing_key)
      """)
  int insertIfNone(@BindMethods Row key);

  /** Takes a key back and revokes every token signed with it; returns 0 if there is no such key. */
  @SqlQuery(
      """
      WITH retired AS (
        DELETE FROM signing_key WHERE id = :id RETURNING id
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'key', id FROM retired
      )
      SELECT count(*) FROM retired
      """)
  int retire(String id);
}
