package dev.warmgate.passkey;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

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
  @RegisterConstructorMapper(KnownPasskey.class)
  Optional<KnownPasskey> find(byte[] credentialId);

  @SqlQuery(
      """
      SELECT credential_id, transports
      FROM passkey JOIN factor ON factor.id = passkey.factor_id
      WHERE account_id = :accountId AND confirmed_at IS NOT NULL
      ORDER BY factor.created_at
      """)
  @RegisterConstructorMapper(Listed.class)
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
  @RegisterConstructorMapper(Use.class)
  Use use(byte[] challenge, UUID factorId, long signCount, boolean backedUp);

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
