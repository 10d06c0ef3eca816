package dev.warmgate.servicekey;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The service keys; of the key itself only the SHA-256. */
public interface ServiceKeyDao {
  /** A key as it is stored, its scopes in one text as in OAuth. */
  record Row(
      UUID id,
      String name,
      byte[] keyHash,
      String scopes,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt) {}

  @SqlQuery(
      """
      SELECT id, name, key_hash, array_to_string(scopes, ' ') AS scopes, created_at,
        expires_at, revoked_at
      FROM service_key
      ORDER BY created_at, id
      """)
  @RegisterConstructorMapper(Row.class)
  List<Row> all();

  @SqlUpdate(
      """
      INSERT INTO service_key (id, name, key_hash, scopes, expires_at)
      VALUES (:id, :name, :keyHash, string_to_array(:scopes, ' '), :expiresAt)
      """)
  void insert(UUID id, String name, byte[] keyHash, String scopes, @Nullable Instant expiresAt);

  /** Returns 0 if there is no such key, or none any more. */
  @SqlQuery(
      """
      WITH ended AS (
        UPDATE service_key SET revoked_at = now()
        WHERE id = :id AND revoked_at IS NULL
        RETURNING id
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'service_key', id FROM ended
      )
      SELECT count(*) FROM ended
      """)
  int revoke(UUID id);
}
