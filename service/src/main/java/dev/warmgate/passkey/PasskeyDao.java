package dev.warmgate.passkey;

import dev.warmgate.factor.FactorDao;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** Stores passkeys and the challenges that were used. */
public interface PasskeyDao {
  /**
   * A fragment that begins a statement which uses {@code :challenge}; its one row {@code fresh} is
   * missing if the challenge was used before, on whichever replica.
   */
  String FRESH =
      """
      WITH fresh AS (
        INSERT INTO passkey_challenge (challenge, expires_at)
        VALUES (:challenge, now() + INTERVAL '10 min')
        ON CONFLICT DO NOTHING
        RETURNING challenge
      )
      """;

  /** What of a passkey browsers are told, so that they find it. */
  record Listed(byte[] credentialId, String transports) {}

  /**
   * What became of the use of a passkey.
   *
   * @param fresh whether its challenge was not used before
   * @param counted whether its counter has gone on
   */
  record Use(boolean fresh, boolean counted) {}

  @SqlQuery(
      """
      SELECT factor.id AS factor_id, account_id, credential_id, public_key, sign_count,
        backup_eligible
      FROM passkey JOIN factor ON factor.id = passkey.factor_id
      WHERE credential_id = :credentialId AND confirmed_at IS NOT NULL
      """)
  Optional<KnownPasskey> find(byte[] credentialId);

  @SqlQuery(
      """
      SELECT credential_id, transports
      FROM passkey JOIN factor ON factor.id = passkey.factor_id
      WHERE account_id = :accountId AND confirmed_at IS NOT NULL
      ORDER BY factor.created_at
      """)
  List<Listed> list(UUID accountId);

  /**
   * Uses a challenge and counts the use of a passkey, unless its counter stands still or goes back:
   * then somebody else has a copy of it. Of concurrent uses with one counter, one is counted.
   */
  @SqlQuery(
      FRESH
          + """
          , used AS (
            UPDATE passkey SET sign_count = :signCount, backed_up = :backedUp
            FROM fresh
            WHERE factor_id = :factorId
              AND (sign_count < :signCount OR (sign_count = 0 AND :signCount = 0))
            RETURNING factor_id
          ), touched AS (
            UPDATE factor SET last_used_at = now() FROM used WHERE factor.id = used.factor_id
          )
          SELECT EXISTS (SELECT FROM fresh) AS fresh, EXISTS (SELECT FROM used) AS counted
          """)
  Use use(byte[] challenge, UUID factorId, long signCount, boolean backedUp);

  /** What became of a new passkey. */
  enum Added {
    KEPT,
    /** Its challenge was used before. */
    REPLAYED,
    /** Somebody has it already. */
    KNOWN,
    /** The account has as many factors as it may have. */
    TOO_MANY
  }

  /**
   * Stores a passkey as a factor that counts for nothing until it is confirmed, as {@link
   * FactorDao#confirm} does.
   *
   * @param seconds how long it may wait for that
   * @param most factors of an account
   */
  @Transaction
  default Added add(
      UUID factorId, UUID accountId, String name, NewPasskey passkey, int seconds, int most) {
    var _ = lock(accountId);
    return addLocked(factorId, accountId, name, passkey, seconds, most);
  }

  @SqlQuery(FactorDao.LOCKED)
  Optional<UUID> lock(UUID accountId);

  /** Stores a passkey for {@link #add}. */
  @SqlQuery(
      FRESH
          + """
          , made AS (
            INSERT INTO factor (id, account_id, kind, name)
            SELECT :factorId, account.id, 'passkey', :name
            FROM account CROSS JOIN fresh
            WHERE account.id = :accountId AND disabled_at IS NULL
              AND NOT EXISTS (SELECT FROM passkey WHERE credential_id = :credentialId) AND (
              SELECT count(*) FROM factor
              WHERE factor.account_id = account.id
                AND (confirmed_at IS NOT NULL
                  OR created_at > now() - :seconds * INTERVAL '1 s')) < :most
            RETURNING id
          ), kept AS (
            INSERT INTO passkey (factor_id, credential_id, public_key, sign_count, transports,
              backup_eligible, backed_up, aaguid)
            SELECT id, :credentialId, :publicKey, :signCount, :transports, :backupEligible,
              :backedUp, :aaguid
            FROM made
            ON CONFLICT (credential_id) DO NOTHING
            RETURNING factor_id
          )
          SELECT CASE
            WHEN EXISTS (SELECT FROM kept) THEN 'KEPT'
            WHEN NOT EXISTS (SELECT FROM fresh) THEN 'REPLAYED'
            WHEN EXISTS (SELECT FROM made)
              OR EXISTS (SELECT FROM passkey WHERE credential_id = :credentialId) THEN 'KNOWN'
            ELSE 'TOO_MANY'
          END
          """)
  Added addLocked(
      UUID factorId,
      UUID accountId,
      String name,
      @BindMethods NewPasskey passkey,
      int seconds,
      int most);

  /** Deletes challenges that have run out; returns how many. */
  @SqlUpdate(
      """
      DELETE FROM passkey_challenge
      WHERE challenge IN (
        SELECT challenge FROM passkey_challenge WHERE expires_at < now()
        LIMIT :limit
        FOR UPDATE SKIP LOCKED)
      """)
  int purge(int limit);
}
